/** Log-rank tests from a table. */
import { ADJUSTMENTS, LOG_RANK_WEIGHTS, logRank, pairwiseLogRank } from '../../stats';
import { Columns, inOrder } from './columns';
import { interval, layout, number, pValue, type Answer, type Method } from './method';
import { pickTimes, TIME_HELP, TIME_OPTIONS, timeColumns, timesOf } from './survival-columns';

const logrank: Method = {
  about: 'log-rank test, Peto (rho), stratified, pairwise',
  help: `ontoscope stats logrank TABLE --time T --event E --by G [options]

${TIME_HELP}
  --by G               column of the groups
  --strata X           groups are compared within the values of this column
  --rho R              weights S(t)^R: 0 log-rank (default), 1 Peto & Peto
  --weights KIND       log-rank (default), gehan-breslow or tarone-ware
  --pairwise           every two groups, too
  --adjust KIND        holm (default), bh, bonferroni or none, for --pairwise`,
  table: 'needed',
  options: {
    ...TIME_OPTIONS,
    by: { type: 'string' },
    strata: { type: 'string' },
    rho: { type: 'string' },
    weights: { type: 'string' },
    pairwise: { type: 'boolean' },
    adjust: { type: 'string' },
  },
  run(given, table): Answer {
    given.required('time', 'event', 'by');
    given.exclusive('rho', 'weights');
    given.needs('adjust', 'pairwise');
    const adjustment = given.choice('adjust', ADJUSTMENTS, 'holm');
    const rows = timeColumns(new Columns(given, table)).labels('by').labels('strata').complete();
    const times = timesOf('Log-rank', rows);
    const labels = rows.labels('by');
    // The first of two groups is compared with the second: in their order, not in that of the file.
    const names = inOrder(labels);
    const rank = new Map(names.map((name, i) => [name, i]));
    const places = [...labels.keys()].sort((a, b) => rank.get(labels[a]!)! - rank.get(labels[b]!)!);
    const { strata } = rows.someLabels('strata');
    const data = pickTimes(times, places);
    const group = places.map((i) => labels[i]!);
    const options = {
      rho: given.number('rho', { fallback: 0, min: 0, max: 100 }),
      weights: given.choice('weights', LOG_RANK_WEIGHTS, 'log-rank'),
      level: given.level(),
      ...(strata === undefined ? {} : { strata: places.map((i) => strata[i]!) }),
    };
    const result = rows.run(() => logRank(data, group, options));
    const pairs = given.flag('pairwise') ? pairwiseLogRank(data, group, { ...options, adjustment }) : null;
    const { statistic, df, p, method } = result.test;
    return {
      json: {
        test: result.test,
        groups: result.groups,
        variance: result.variance,
        hazardRatio: result.hazardRatio && { ...result.hazardRatio, compared: names },
        pairs,
      },
      lines: [
        ...layout(
          ['group', 'n', 'observed', 'expected'],
          result.groups.map(({ group: name, n, observed, expected }) => [
            `${given.text('by')}=${name}`,
            n,
            number(observed),
            number(expected),
          ]),
        ),
        '',
        `${method}: χ² = ${number(statistic)} on ${df} df, p ${pValue(p)}`,
        ...(result.hazardRatio
          ? [`hazard ratio ${interval(result.hazardRatio)}, ${names.join(' against ')} (${result.hazardRatio.method})`]
          : []),
        ...(pairs
          ? [
              '',
              ...layout(
                ['pair', 'χ²', 'p', `p adjusted (${adjustment})`],
                pairs.map((pair) => [
                  `${pair.a} – ${pair.b}`,
                  number(pair.test.statistic),
                  pValue(pair.test.p),
                  pValue(pair.adjustedP),
                ]),
              ),
            ]
          : []),
      ],
      warnings: result.warnings,
      dropped: rows.dropped,
    };
  },
};

export const LOG_RANK_METHODS: Record<string, Method> = { logrank };
