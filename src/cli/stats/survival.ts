/** Curves and log-rank tests from a table. */
import {
  ADJUSTMENTS,
  compareRestrictedMeans,
  kaplanMeier,
  LOG_RANK_WEIGHTS,
  logRank,
  nelsonAalen,
  numbersAtRisk,
  pairwiseLogRank,
  restrictedMean,
  type KmIntervalType,
} from '../../stats';
import { usageError } from '../arguments';
import { complete, pick, type Cell, type DataTable } from './data';
import { interval, layout, number, pValue, type Answer, type Method, type Values } from './method';
import { Given } from './values';

const TIMES = { time: { type: 'string' }, start: { type: 'string' }, event: { type: 'string' } } as const;
const TIMES_HELP = `  --time T           column of the time of the event or of the last look
  --event E          column that marks events: 1/0, true/false, yes/no (1/2 as in R, 2 the event)
  --start S          column of the time of entry: at risk on (start, time]`;

interface Rows {
  time: number[];
  event: number[];
  start?: number[];
}

/** Times, events, starts and further columns of the rows without gaps. */
function survivalRows(given: Given, table: DataTable, further: Readonly<Record<string, readonly Cell[]>>) {
  const columns: Record<string, readonly Cell[]> = {
    [given.required('time')]: table.numbers(given.required('time'), 'time'),
    [given.required('event')]: table.events(given.required('event'), 'event'),
    ...further,
  };
  const startName = given.text('start');
  const start = startName === undefined ? null : table.numbers(startName, 'start');
  if (start !== null) columns[startName!] = start;
  const { rows, dropped } = complete(columns);
  const numbers = (name: string) => pick(columns[name]!, rows) as number[];
  const data: Rows = { time: numbers(given.required('time')), event: numbers(given.required('event')) };
  if (start !== null) data.start = pick(start, rows);
  return { data, dropped, rows };
}

function grouped(given: Given, table: DataTable) {
  const by = given.text('by');
  const labels = by === undefined ? null : table.labels(by, 'by');
  const { data, dropped, rows } = survivalRows(given, table, labels === null ? {} : { [by!]: labels });
  const group = labels === null ? rows.map(() => 'all') : pick(labels, rows);
  const names = [...new Set(group)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const parts = names.map((name) => {
    const members = group.flatMap((g, i) => (g === name ? [i] : []));
    const part: Rows = { time: pick(data.time, members), event: pick(data.event, members) };
    if (data.start) part.start = pick(data.start, members);
    return { name: by === undefined ? 'all' : `${by}=${name}`, data: part };
  });
  return { data, group, parts, dropped };
}

const km: Method = {
  about: 'Kaplan–Meier curves, medians, restricted means',
  help: `ontoscope stats km TABLE --time T --event E [options]

${TIMES_HELP}
  --by G             one curve per value of this column
  --interval KIND    log (default), log-log or plain
  --at 1,5,10        the curve at these times only
  --tau T            restricted mean up to this time; two groups are compared
  --hazard           Nelson–Aalen cumulative hazard too`,
  table: true,
  options: {
    ...TIMES,
    by: { type: 'string' },
    interval: { type: 'string' },
    at: { type: 'string' },
    tau: { type: 'string' },
    hazard: { type: 'boolean' },
  },
  run(values: Values, table): Answer {
    const given = new Given(values, 'stats km');
    const { parts, dropped } = grouped(given, table!);
    const level = given.level();
    const intervals = given.choice<KmIntervalType>('interval', ['log', 'log-log', 'plain'], 'log');
    const at = given.list('at').map(Number);
    if (at.some((time) => !Number.isFinite(time))) throw usageError('--at takes times such as 1,5,10.', 'stats km');
    const tau = given.text('tau') === undefined ? null : given.number('tau', { fallback: 0, min: 0, max: 1e300 });
    const groups = parts.map(({ name, data }) => ({
      name,
      curve: kaplanMeier(data.time, data.event, { intervals, level, ...(data.start ? { start: data.start } : {}) }),
      hazard: given.flag('hazard') ? nelsonAalen(data, { level }) : null,
      mean: tau === null ? null : restrictedMean(data, tau, level),
      atRisk: numbersAtRisk(data, at),
    }));
    const difference =
      tau !== null && groups.length === 2 ? compareRestrictedMeans(groups[0]!.mean!, groups[1]!.mean!, level) : null;
    const lines = groups.flatMap(({ name, curve, mean, hazard }) => {
      const { value, lo, hi } = curve.median;
      const rows = curve.time.flatMap((time, i) => {
        if (at.length === 0 && curve.events[i] === 0) return [];
        const cells = [
          number(time, 2),
          curve.atRisk[i]!,
          curve.events[i]!,
          number(curve.survival[i]),
          number(curve.lo[i]),
          number(curve.hi[i]),
        ];
        return at.length === 0 ? [cells] : [];
      });
      const chosen = at.map((time) => {
        const i = curve.time.findLastIndex((t) => t <= time);
        return [
          number(time, 2),
          numbersAtRiskText(curve, time),
          '',
          number(curve.survival[i]),
          number(curve.lo[i]),
          number(curve.hi[i]),
        ];
      });
      return [
        `${name}: n = ${curve.n}, ${curve.totalEvents} events, median ${value ?? 'not reached'} [${lo ?? '–'}, ${hi ?? '–'}]`,
        ...(mean ? [`  restricted mean to ${mean.tau}: ${interval(mean)}, se ${number(mean.standardError)}`] : []),
        ...layout(['  time', 'at risk', 'events', 'survival', 'lower', 'upper'], [...rows, ...chosen]),
        ...(hazard
          ? layout(
              ['  time', 'hazard', 'se', 'lower', 'upper'],
              hazard.time.map((time, i) => [
                number(time, 2),
                number(hazard.hazard[i]),
                number(hazard.standardError[i]),
                number(hazard.lo[i]),
                number(hazard.hi[i]),
              ]),
            )
          : []),
        '',
      ];
    });
    if (difference)
      lines.push(`difference of restricted means: ${interval(difference.difference)}, p ${pValue(difference.p)}`);
    return {
      json: { groups, difference },
      lines,
      warnings: groups.flatMap(({ mean }) => mean?.warnings ?? []),
      dropped,
    };
  },
};

function numbersAtRiskText(curve: { time: number[]; atRisk: number[] }, time: number): string {
  const i = curve.time.findIndex((t) => t >= time);
  return i < 0 ? '0' : String(curve.atRisk[i]);
}

const logrank: Method = {
  about: 'log-rank test, Peto (rho), stratified, pairwise',
  help: `ontoscope stats logrank TABLE --time T --event E --by G [options]

${TIMES_HELP}
  --by G             column of the groups
  --strata X         groups are compared within the values of this column
  --rho R            weights S(t)^R: 0 log-rank (default), 1 Peto & Peto
  --weights KIND     log-rank (default), gehan-breslow or tarone-ware
  --pairwise         every two groups, too
  --adjust KIND      holm (default), bh, bonferroni or none, for --pairwise`,
  table: true,
  options: {
    ...TIMES,
    by: { type: 'string' },
    strata: { type: 'string' },
    rho: { type: 'string' },
    weights: { type: 'string' },
    pairwise: { type: 'boolean' },
    adjust: { type: 'string' },
  },
  run(values, table): Answer {
    const given = new Given(values, 'stats logrank');
    const by = given.required('by');
    const labels = table!.labels(by, 'by');
    const strataName = given.text('strata');
    const strataLabels = strataName === undefined ? null : table!.labels(strataName, 'strata');
    const { data, dropped, rows } = survivalRows(given, table!, {
      [by]: labels,
      ...(strataLabels === null ? {} : { [strataName!]: strataLabels }),
    });
    const group = pick(labels, rows);
    const options = {
      rho: given.number('rho', { fallback: 0, min: 0, max: 100 }),
      weights: given.choice('weights', LOG_RANK_WEIGHTS, 'log-rank'),
      level: given.level(),
      ...(strataLabels === null ? {} : { strata: pick(strataLabels, rows) }),
    };
    const result = logRank(data, group, options);
    const pairs = given.flag('pairwise')
      ? pairwiseLogRank(data, group, { ...options, adjustment: given.choice('adjust', ADJUSTMENTS, 'holm') })
      : null;
    const { statistic, df, p, method } = result.test;
    return {
      json: {
        test: result.test,
        groups: result.groups,
        variance: result.variance,
        hazardRatio: result.hazardRatio,
        pairs,
      },
      lines: [
        ...layout(
          ['group', 'n', 'observed', 'expected'],
          result.groups.map((row) => [`${by}=${row.group}`, row.n, number(row.observed), number(row.expected)]),
        ),
        '',
        `${method}: χ² = ${number(statistic)} on ${df} df, p ${pValue(p)}`,
        ...(result.hazardRatio ? [`hazard ratio ${interval(result.hazardRatio)} (${result.hazardRatio.method})`] : []),
        ...(pairs
          ? [
              '',
              ...layout(
                ['pair', 'χ²', 'p', 'adjusted'],
                pairs.map(({ a, b, test, adjustedP }) => [
                  `${a} – ${b}`,
                  number(test.statistic),
                  pValue(test.p),
                  pValue(adjustedP),
                ]),
              ),
            ]
          : []),
      ],
      warnings: result.warnings,
      dropped,
    };
  },
};

export const SURVIVAL_METHODS: Record<string, Method> = { km, logrank };
