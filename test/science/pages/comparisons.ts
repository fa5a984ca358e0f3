/** Two groups, two conditions, many tests. */
import * as stats from '../../../src/stats';
import { forest, type MethodPage } from './page';
import type { Mark } from '../picture';

export const COMPARISONS: readonly MethodPage[] = [
  {
    name: 'mcnemar',
    title: 'McNemar’s tests',
    when: 'Did more facts turn right than wrong? The same facts before and after, or under two methods.',
    formula:
      'exact: 2 P(X ≤ min(b, c)), X ~ Binomial(b + c, ½)\nχ² = (|b − c| − 1)² / (b + c)  with, (b − c)² / (b + c)  without continuity correction',
    source: 'McNemar, Psychometrika 12 (1947) 153–157; Edwards, Psychometrika 13 (1948) 185–187.',
    code: 'return { exact: stats.mcnemarExact(59, 121), corrected: stats.mcnemarChiSquare(59, 121), plain: stats.mcnemarChiSquare(59, 121, false) };',
    command: 'ontoscope stats mcnemar --counts 59,121',
    picture: () => ({
      title: 'Facts that changed',
      x: 'losers (1), gainers (2)',
      y: 'facts',
      xRange: [0, 3],
      yRange: [0, 140],
      marks: [
        {
          kind: 'bars',
          points: [
            { x: 1, y: 59 },
            { x: 2, y: 121 },
          ],
        },
      ],
    }),
    pitfalls: 'Facts that stayed as they were do not enter. It speaks of this run; it is no test of another seed.',
    verified: 'R’s mcnemar.test and pbinom, to 1e-9.',
  },
  {
    name: 'proportions',
    title: 'Intervals of a share',
    when: 'Every accuracy. Wilson is the default: near its level on average. Clopper–Pearson never covers too rarely and is wider.',
    formula:
      'Wilson: (p̂ + z²/2n ± z √(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n)\nClopper–Pearson: quantiles of Beta(x, n − x + 1) and Beta(x + 1, n − x)',
    source: 'Wilson, JASA 22 (1927) 209–212; Clopper & Pearson, Biometrika 26 (1934) 404–413.',
    code: 'return { wilson: stats.wilson(405, 500), clopperPearson: stats.clopperPearson(405, 500), none: stats.wilson(0, 100) };',
    command: 'ontoscope stats proportion --counts 405,500',
    picture: () =>
      forest(
        '0, 3, 10, 40 right of 40',
        [0, 3, 10, 40].map((x) => stats.wilson(x, 40)),
        'share',
      ),
    pitfalls: '0 of n is not 0 %: its upper limit says what n allows.',
    verified: 'R’s prop.test and binom.test, to 1e-9.',
  },
  {
    name: 'mann-whitney-auc',
    title: 'Mann–Whitney and the area under the ROC curve',
    when: 'Does one group tend to higher values? The AUC is the probability of it; DeLong’s interval says how sure, and compares two scores on the same cases.',
    formula: 'AUC = U / (n₁ n₀);  var = var(V₁₀)/n₁ + var(V₀₁)/n₀, V the structural components; interval on the logit',
    source:
      'Mann & Whitney, Ann. Math. Stat. 18 (1947) 50–60; DeLong, DeLong & Clarke-Pearson, Biometrics 44 (1988) 837–845; Sun & Xu, IEEE Signal Process. Lett. 21 (2014) 1389–1393.',
    code: 'const right = data.event.map((mark) => mark === 1);\nreturn { auc: stats.aucDeLong(data.popularity, right), tprAtFpr5: stats.tprAtFpr(data.popularity, right, 0.05) };',
    command: 'ontoscope stats mannwhitney facts.csv --value popularity --by event',
    picture: (data) => {
      const right = data.event.map((mark) => mark === 1);
      const rates = Array.from({ length: 21 }, (_, i) => i / 20);
      return {
        title: 'ROC curve',
        x: 'false-positive rate',
        y: 'true-positive rate',
        xRange: [0, 1],
        yRange: [0, 1],
        marks: [
          { kind: 'line', points: rates.map((x) => ({ x, y: stats.tprAtFpr(data.popularity, right, x).value })) },
          {
            kind: 'line',
            label: 'chance',
            points: [
              { x: 0, y: 0 },
              { x: 1, y: 1 },
            ],
          },
        ],
      };
    },
    pitfalls:
      'A perfect separation has no variance: the interval is then a bound from the smaller class, with a warning.',
    verified: 'R’s wilcox.test; DeLong by its definition in NumPy, to 1e-9.',
  },
  {
    name: 'wilcoxon',
    title: 'Wilcoxon’s signed-rank test',
    when: 'Paired measurements that are not counts: log q before and after, the same facts under two methods.',
    formula: 'V = Σ ranks of |x − y| where x > y; exact below 50 pairs without ties, else normal with corrections',
    source: 'Wilcoxon, Biometrics Bulletin 1 (1945) 80–83.',
    code: "return stats.wilcoxonSignedRank([1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3], [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29], 'greater');",
    command: 'ontoscope stats wilcoxon pairs.csv --x before --y after',
    picture: () => ({
      title: 'Paired values',
      x: 'after',
      y: 'before',
      marks: [
        {
          kind: 'dots',
          points: [
            [0.878, 1.83],
            [0.647, 0.5],
            [0.598, 1.62],
            [2.05, 2.48],
            [1.06, 1.68],
            [1.29, 1.88],
            [1.06, 1.55],
            [3.14, 3.06],
            [1.29, 1.3],
          ].map(([x, y]) => ({ x: x!, y: y! })),
        },
        {
          kind: 'line',
          label: 'equal',
          points: [
            { x: 0.4, y: 0.4 },
            { x: 3.2, y: 3.2 },
          ],
        },
      ],
    }),
    pitfalls: 'It assumes symmetric differences. Differences of 0 are left out.',
    verified: 'R’s wilcox.test, exact and approximate, three alternatives, to 1e-9.',
  },
  {
    name: 'spearman',
    title: 'Spearman’s rank correlation',
    when: 'Does one quantity rise with another, in whatever shape? Popularity and log q, exposures and accuracy.',
    formula:
      'ρ = correlation of midranks; p exact to n = 9, else t on n − 2;  interval: tanh(artanh ρ ± z √((1 + ρ²/2)/(n − 3)))',
    source: 'Spearman, Am. J. Psychology 15 (1904) 72–101; Bonett & Wright, Psychometrika 65 (2000) 23–28.',
    code: 'return stats.spearman(data.popularity, data.time);',
    command: 'ontoscope stats spearman facts.csv --x popularity --y time',
    picture: (data) => ({
      title: 'Popularity and epoch',
      x: 'popularity',
      y: 'epoch',
      marks: [{ kind: 'dots', points: data.popularity.map((x, i) => ({ x, y: data.time[i]! })) }],
    }),
    pitfalls: 'With few buckets a ρ of 1 is easy: quote n.',
    verified: 'R’s cor.test, to 1e-8.',
  },
  {
    name: 'fisher',
    title: 'Fisher’s exact test',
    when: 'Two shares with small counts.',
    formula:
      'p = Σ of hypergeometric probabilities no larger than the observed one; odds ratio: conditional maximum likelihood',
    source: 'Fisher, JRSS 98 (1935) 39–54.',
    code: 'return stats.fisherExact([[20, 3], [380, 397]]);',
    command: 'ontoscope stats fisher --counts 20,3,380,397',
    picture: () =>
      forest(
        'Odds ratio',
        [
          stats.fisherExact([
            [20, 3],
            [380, 397],
          ]).oddsRatio,
        ],
        'ratio',
        1,
      ),
    pitfalls: 'Conservative by construction.',
    verified: 'R’s fisher.test: p to 1e-9.',
  },
  {
    name: 'multiple-testing',
    title: 'Adjusted p-values',
    when: 'More than one test was looked at. Holm bounds the chance of any false claim; Benjamini–Hochberg the share of false ones.',
    formula: 'Holm: max over i ≤ k of (m − i + 1) p₍ᵢ₎;  BH: min over i ≥ k of m p₍ᵢ₎ / i',
    source: 'Holm, Scand. J. Statistics 6 (1979) 65–70; Benjamini & Hochberg, JRSS B 57 (1995) 289–300.',
    code: "const p = [0.01, 0.04, 0.03, 0.005];\nreturn { holm: stats.adjustP(p, 'holm'), bh: stats.adjustP(p, 'bh') };",
    command: 'ontoscope stats holm --p 0.01,0.04,0.03,0.005',
    picture: () => {
      const p = [0.001, 0.008, 0.012, 0.02, 0.03, 0.2, 0.5];
      const line = (kind: 'holm' | 'bh' | 'none'): Mark => ({
        kind: 'line',
        label: kind,
        points: stats.adjustP(p, kind).map((y, i) => ({ x: i + 1, y })),
      });
      return { title: 'Seven p-values', x: 'rank', y: 'p', marks: [line('none'), line('bh'), line('holm')] };
    },
    pitfalls: 'It corrects for the tests it is told of.',
    verified: 'R’s p.adjust.',
  },
  {
    name: 'power',
    title: 'Power for a hazard ratio',
    when: 'Before a study: how many events are needed?',
    formula: 'events = (z₁₋α⁄₂ + z_power)² / (p (1 − p) log² HR)',
    source: 'Schoenfeld, Biometrics 39 (1983) 499–503.',
    code: 'return [1.5, 2, 2.6].map((hazardRatio) => ({ hazardRatio, events: stats.eventsForHazardRatio({ hazardRatio, share: 0.25, alpha: 0.01 }, 0.9) }));',
    command: 'ontoscope stats power --hr 2 --share 0.25 --alpha 0.01 --power 0.9',
    picture: () => ({
      title: 'Power, a quarter latent, α = 0.01',
      x: 'events',
      y: 'power',
      yRange: [0, 1],
      marks: [1.5, 2, 2.6].map((hazardRatio) => ({
        kind: 'line' as const,
        label: `HR ${hazardRatio}`,
        points: Array.from({ length: 26 }, (_, i) => ({
          x: i * 20,
          y: stats.powerForEvents({ hazardRatio, share: 0.25, alpha: 0.01 }, i * 20),
        })),
      })),
    }),
    pitfalls: 'Events count, not facts. Facts of one run are not independent: seeds come on top.',
    verified: 'Against the formula’s published figures.',
  },
];
