/** Curves of one or more groups and their comparison. */
import * as stats from '../../../src/stats';
import { pick, steps, byLatent, forest, R, type MethodPage } from './page';

export const CURVES: readonly MethodPage[] = [
  {
    name: 'kaplan-meier',
    title: 'Kaplan–Meier curves',
    when: 'How long does a fact take to be learned, when some are never seen to be? The curve is the share not yet acquired; facts without the event leave the risk set at their last evaluation.',
    formula:
      'S(t) = ∏ (1 − d/n) over event times ≤ t\nvar S(t) = S(t)² Σ d / (n (n − d))            (Greenwood)\nlog:     S exp(± z se),  se² = Σ d / (n (n − d))\nlog-log: exp(−exp(log(−log S) ± z se / log S))\nplain:   S ± z S se',
    source:
      'Kaplan & Meier, JASA 53 (1958) 457–481; Greenwood (1926); medians: Brookmeyer & Crowley, Biometrics 38 (1982) 29–41; late entry: Tsai, Jewell & Wang, Biometrika 74 (1987) 883–886.',
    code: 'const curves = stats.kaplanMeierBy(data.time, data.event, data.latent);\nreturn curves.map(({ group, curve }) => ({ latent: group, n: curve.n, events: curve.totalEvents, median: curve.median }));',
    command: 'ontoscope stats km facts.csv --time time --event event --by latent --at 5,10,20',
    picture: (data) => ({
      title: 'Share not yet acquired',
      x: 'epoch',
      y: 'S(t)',
      yRange: [0, 1],
      marks: byLatent(data).map(({ group, curve }) => steps(curve, group)),
    }),
    pitfalls:
      'Curves describe the facts of one run; another seed is another training. With late entry a small early risk set can pull the curve to 0, where it stays.',
    verified: `${R}: curves, three kinds of interval, medians, late entry, case weights, to 1e-10.`,
  },
  {
    name: 'nelson-aalen',
    title: 'Nelson–Aalen cumulative hazard',
    when: 'A straight line means a constant hazard: look at it before believing that learning speeds up or slows down.',
    formula: 'H(t) = Σ d/n,  var H = Σ d/n²\nFleming–Harrington for ties: Σ 1/(n − k), k = 0 … d − 1',
    source:
      'Nelson, J. Quality Technology 1 (1969) 27–52; Aalen, Annals of Statistics 6 (1978) 701–726; Fleming & Harrington, Comm. Statistics 13 (1984) 2469–2486.',
    code: 'const { time, hazard, standardError } = stats.nelsonAalen(data);\nconst last = time.length - 1;\nreturn { epoch: time[last], hazard: hazard[last], standardError: standardError[last] };',
    command: 'ontoscope stats km facts.csv --time time --event event --hazard',
    picture: (data) => {
      const { time, hazard, lo, hi } = stats.nelsonAalen(data);
      return {
        title: 'Cumulative hazard',
        x: 'epoch',
        y: 'H(t)',
        marks: [{ kind: 'steps', points: time.map((x, i) => ({ x, y: hazard[i]!, lo: lo[i]!, hi: hi[i]! })) }],
      };
    },
    pitfalls: '−log of the Kaplan–Meier curve is a little larger; the two agree where risk sets are large.',
    verified: `${R}: both tie rules, with and without late entry, to 1e-11.`,
  },
  {
    name: 'restricted-mean',
    title: 'Restricted mean survival time',
    when: 'A difference in epochs that needs no proportional hazards: the mean number of epochs without the event, up to a horizon.',
    formula: 'RMST(τ) = ∫₀^τ S(t) dt\nvar = Σ A(t)² d / (n (n − d)),  A(t) the area from t to τ',
    source: 'Karrison, Controlled Clinical Trials 18 (1997) 151–167.',
    code: 'const of = (latent: number) => stats.restrictedMean(pick(data, (i) => data.latent[i] === latent), 10);\nconst { difference, p } = stats.compareRestrictedMeans(of(1), of(0));\nreturn { latent: of(1), unknown: of(0), difference, p };',
    command: 'ontoscope stats km facts.csv --time time --event event --by latent --tau 10',
    picture: (data) =>
      forest(
        'Epochs without the event, of 10',
        [1, 0].map((latent) =>
          stats.restrictedMean(
            pick(data, (i) => data.latent[i] === latent),
            10,
          ),
        ),
        'epochs',
      ),
    pitfalls:
      'Choose the horizon before looking. Beyond the last follow-up the curve is carried on flat, and a warning says so.',
    verified: `${R}: value and standard error, to 1e-8.`,
  },
  {
    name: 'log-rank',
    title: 'Log-rank tests',
    when: 'Do two or more groups of facts have the same hazard? Late differences: rho = 0; early ones: rho = 1 (Peto & Peto).',
    formula:
      'O − E = Σ w (dᵢ − d nᵢ/n),  V = Σ w² d (n − d)/(n − 1) · (nᵢ/n)(δᵢⱼ − nⱼ/n)\nχ² = (O − E)ᵀ V⁻¹ (O − E) on groups − 1 degrees;  w = S(t−)^rho',
    source:
      'Mantel, Cancer Chemotherapy Rep. 50 (1966) 163–170; Peto & Peto, JRSS A 135 (1972) 185–207; Harrington & Fleming, Biometrika 69 (1982) 553–566; Holm, Scand. J. Statistics 6 (1979) 65–70.',
    code: 'const { test, groups, hazardRatio } = stats.logRank(data, data.latent);\nreturn { test, groups, hazardRatio };',
    command: 'ontoscope stats logrank facts.csv --time time --event event --by latent',
    picture: (data) => {
      const { groups } = stats.logRank(data, data.latent);
      return {
        title: 'Observed against expected events',
        x: 'expected',
        y: 'observed',
        marks: [
          { kind: 'dots', points: groups.map(({ expected, observed }) => ({ x: expected, y: observed })) },
          {
            kind: 'line',
            label: 'equal',
            points: [
              { x: 0, y: 0 },
              { x: 120, y: 120 },
            ],
          },
        ],
        xRange: [0, 120],
        yRange: [0, 160],
      };
    },
    pitfalls:
      'It has little power against curves that cross. Pairwise tests need an adjustment: Holm’s is the default.',
    verified: `${R}: rho 0, ½, 1, two and three groups, strata, to 1e-9; with late entry against the Cox score test.`,
  },
];
