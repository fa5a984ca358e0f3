/** Intervals and tests by resampling, and means over runs. */
import * as stats from '../../../src/stats';
import { mean, forest, type MethodPage } from './page';

export const RESAMPLING: readonly MethodPage[] = [
  {
    name: 'bootstrap',
    title: 'Bootstrap intervals',
    when: 'A statistic without a formula for its error. By fact for what one run says; by run (clusters) for what another seed would.',
    formula:
      'percentile: quantiles of the replicates\nBCa: levels Φ(z₀ + (z₀ + z) / (1 − a (z₀ + z))), z₀ from the share below the estimate, a from the jackknife',
    source: 'Efron, Annals of Statistics 7 (1979) 1–26; Efron, JASA 82 (1987) 171–185.',
    code: 'const median = (rows: Int32Array) => stats.median(Array.from(rows, (i) => data.popularity[i]!));\nconst { value, lo, hi, method } = stats.bootstrap(data.popularity.length, median, { seed: 1 });\nreturn { value, lo, hi, method };',
    picture: (data) => {
      const { replicates } = stats.bootstrap(
        data.popularity.length,
        (rows) => rows.reduce((sum, i) => sum + data.popularity[i]!, 0) / rows.length,
        { seed: 1, replicates: 400 },
      );
      return {
        title: 'Replicates of a mean',
        x: 'replicate, sorted',
        y: 'mean',
        marks: [{ kind: 'line', points: [...replicates].map((y, x) => ({ x, y })) }],
      };
    },
    pitfalls:
      'With few clusters it is too narrow. Small samples of skewed values are covered less often than the level says: see coverage.md.',
    verified: 'By coverage (coverage.md) and by the laws of its seed.',
  },
  {
    name: 'permutation',
    title: 'Permutation tests',
    when: 'Is a difference larger than relabelling alone would give? Any statistic that is 0 without a difference.',
    formula: 'p = share of relabellings at least as extreme; drawn ones: (b + 1) / (m + 1)',
    source: 'Phipson & Smyth, Stat. Appl. Genet. Mol. Biol. 9 (2010) 39.',
    code: 'const gap = (first: Uint8Array) => mean(data.popularity, first, 1) - mean(data.popularity, first, 0);\nreturn stats.permutationTest(data.latent, gap, { seed: 1, permutations: 999 });',
    picture: (data) => {
      const values = Array.from(
        { length: 60 },
        (_, seed) =>
          stats.permutationTest(
            data.latent,
            (first) => mean(data.popularity, first, 1) - mean(data.popularity, first, 0),
            { seed, permutations: 99 },
          ).p,
      );
      return {
        title: 'p over 60 seeds, 99 draws each',
        x: 'seed',
        y: 'p',
        yRange: [0, 1],
        marks: [{ kind: 'dots', points: values.map((y, x) => ({ x, y })) }],
      };
    },
    pitfalls: 'It tests equal distributions, not only equal means. p from m draws is no smaller than 1/(m + 1).',
    verified: 'Exact cases by hand; its level by simulation.',
  },
  {
    name: 'random-effects',
    title: 'Mean over seeds',
    when: 'One estimate per run, pooled: the mean, how much runs differ, and where one more run would lie.',
    formula:
      'weights 1/(se² + τ²);  τ²: Q(τ²) = k − 1 (Paule–Mandel);  interval: Student’s t with the observed spread (Hartung–Knapp)',
    source:
      'Paule & Mandel, J. Res. NBS 87 (1982) 377–385; Hartung & Knapp, Statistics in Medicine 20 (2001) 1771–1782; DerSimonian & Laird, Controlled Clin. Trials 7 (1986) 177–188.',
    code: 'return stats.randomEffects([0.9, 1.2, 0.7, 1.1, 1], [0.1, 0.12, 0.11, 0.1, 0.13]);',
    command: 'ontoscope stats randomeffects runs.csv --value beta --se se',
    picture: () => {
      const [values, errors] = [
        [0.9, 1.2, 0.7, 1.1, 1],
        [0.1, 0.12, 0.11, 0.1, 0.13],
      ];
      return forest(
        'Five runs and their mean',
        [
          ...values.map((value, i) => ({ value, lo: value - 1.96 * errors[i]!, hi: value + 1.96 * errors[i]! })),
          stats.randomEffects(values, errors).mean,
        ],
        'log hazard ratio',
        0,
      );
    },
    pitfalls:
      'Ratios go in as logarithms. Under five runs the variance between runs is hardly known: a warning says so.',
    verified: 'statsmodels, to 1e-9 (Paule–Mandel to its tolerance).',
  },
];
