/** Survival curves from a table: Kaplan–Meier, medians, restricted means, cumulative hazards. */
import {
  compareRestrictedMeans,
  greenwoodErrors,
  kaplanMeier,
  KM_INTERVALS,
  nelsonAalen,
  numbersAtRisk,
  restrictedMean,
  survivalAt,
  type Estimate,
  type KmIntervalType,
  type StatsWarning,
} from '../../stats';
import { shorten } from '../../core/text-fault';
import { Columns, inOrder, type CompleteRows } from './columns';
import { interval, layout, number, pValue, time, type Answer, type Method } from './method';
import { pickTimes, TIME_HELP, TIME_OPTIONS, timeColumns, timesOf, type Times } from './survival-columns';
import type { Given } from './values';

/** The rows of each value of --by, in order; all of them as one group without it. */
function groupsOf(given: Given, rows: CompleteRows): { name: string; data: Times }[] {
  const all = timesOf('Kaplan–Meier', rows);
  const { by: labels } = rows.someLabels('by');
  if (labels === undefined) return [{ name: 'all', data: all }];
  return inOrder(labels).map((label) => ({
    name: `${given.text('by')}=${label}`,
    data: pickTimes(
      all,
      labels.flatMap((own, i) => (own === label ? [i] : [])),
    ),
  }));
}

interface Settings {
  intervals: KmIntervalType;
  level: number;
  at: readonly number[];
  tau: number | null;
  hazard: boolean;
}

function describeGroup(name: string, data: Times, { intervals, level, at, tau, hazard }: Settings) {
  const start = data.start ? { start: data.start } : {};
  const { median, ...curve } = kaplanMeier(data.time, data.event, { intervals, level, ...start });
  const whole = { ...curve, median };
  const last = curve.time.at(-1)!;
  const known = (t: number) => t >= curve.time[0]! && (t <= last || curve.survival.at(-1) === 0);
  const atRisk = numbersAtRisk(data, at);
  return {
    name,
    n: curve.n,
    events: curve.totalEvents,
    median: { ...median, n: curve.n, method: `median, Brookmeyer–Crowley; ${curve.method}` },
    // Not defined where S = 0.
    curve: { ...curve, standardError: greenwoodErrors(curve).map((se) => (Number.isNaN(se) ? null : se)) },
    hazard: hazard ? nelsonAalen(data, { level }) : null,
    mean: tau === null ? null : restrictedMean(data, tau, level),
    at: at.map((t, i) => ({ time: t, atRisk: atRisk[i]!, survival: known(t) ? survivalAt(whole, t) : null })),
  };
}

type Group = ReturnType<typeof describeGroup>;

function curveLines({ curve, at }: Group): string[] {
  const header = ['time', 'at risk', 'events', 'survival', 'se', 'lower', 'upper'];
  if (at.length > 0) {
    const limits = (survival: Estimate | null) => [survival?.value, survival?.lo, survival?.hi].map((x) => number(x));
    return layout(
      [header[0]!, header[1]!, header[3]!, header[5]!, header[6]!],
      at.map((row) => [time(row.time), row.atRisk, ...limits(row.survival)]),
    );
  }
  const rows = curve.time.flatMap((t, i) => {
    if (curve.events[i] === 0) return [];
    const numbers = [curve.survival[i], curve.standardError[i], curve.lo[i], curve.hi[i]];
    return [[time(t), curve.atRisk[i]!, curve.events[i]!, ...numbers.map((value) => number(value))]];
  });
  return layout(header, rows);
}

function groupLines(group: Group): string[] {
  const { name, median, mean, hazard } = group;
  const limit = (value: number | null) => (value === null ? '–' : time(value));
  const middle = median.value === null ? 'not reached' : time(median.value);
  return [
    `${shorten(name)}: n = ${group.n}, ${group.events} events, median ${middle} [${limit(median.lo)}, ${limit(median.hi)}]`,
    ...(mean ? [`restricted mean to ${time(mean.tau)}: ${interval(mean)}, se ${number(mean.standardError)}`] : []),
    ...curveLines(group),
    ...(hazard
      ? [
          '',
          ...layout(
            ['time', 'hazard', 'se', 'lower', 'upper'],
            hazard.time.flatMap((t, i) => {
              if (hazard.events[i] === 0) return [];
              const numbers = [hazard.hazard[i], hazard.standardError[i], hazard.lo[i], hazard.hi[i]];
              return [[time(t), ...numbers.map((value) => number(value))]];
            }),
          ),
        ]
      : []),
    '',
  ];
}

/** What the lines alone would not show: no event is no proof of survival, and times nobody was followed to are no zeros. */
function groupWarnings({ name, at, curve, mean, events }: Group): StatsWarning[] {
  const warnings = [...(mean?.warnings ?? [])];
  if (events === 0) {
    warnings.push({
      code: 'no-events',
      message: `${name}: no row has an event, so the curve stays at 1.`,
      hint: 'Observe longer, or choose an event that happens.',
    });
  }
  const unknown = at.filter(({ survival }) => survival === null).map((row) => time(row.time));
  if (unknown.length > 0) {
    warnings.push({
      code: 'beyond-follow-up',
      message: `${name}: nobody is followed at ${unknown.join(', ')}.`,
      hint: `Ask for times from ${time(curve.time[0]!)} to ${time(curve.time.at(-1)!)}.`,
    });
  }
  return warnings;
}

const km: Method = {
  about: 'Kaplan–Meier curves, medians, restricted means',
  help: `ontoscope stats km TABLE --time T --event E [options]

${TIME_HELP}
  --by G               one curve per value of this column
  --interval KIND      log (default), log-log, plain, logit or arcsin
  --at 1,5,10          the curve at these times only
  --tau T              restricted mean up to this time; two groups are compared
  --hazard             Nelson–Aalen cumulative hazard too`,
  table: 'needed',
  options: {
    ...TIME_OPTIONS,
    by: { type: 'string' },
    interval: { type: 'string' },
    at: { type: 'string' },
    tau: { type: 'string' },
    hazard: { type: 'boolean' },
  },
  run(given, table): Answer {
    given.required('time', 'event');
    const settings: Settings = {
      intervals: given.choice('interval', KM_INTERVALS, 'log'),
      level: given.level(),
      at: given.numbers('at', { min: -1e300, max: 1e300 }),
      tau: given.has('tau') ? given.number('tau', { fallback: 0, min: -1e300, max: 1e300 }) : null,
      hazard: given.flag('hazard'),
    };
    const rows = timeColumns(new Columns(given, table)).labels('by').complete();
    const groups = groupsOf(given, rows).map(({ name, data }) => describeGroup(name, data, settings));
    const [first, second, ...others] = groups;
    const difference =
      first?.mean && second?.mean && others.length === 0
        ? compareRestrictedMeans(first.mean, second.mean, settings.level)
        : null;
    return {
      json: { groups, difference },
      lines: [
        ...groups.flatMap(groupLines).slice(0, -1),
        ...(difference
          ? [
              '',
              `difference of restricted means, ${first!.name} − ${second!.name}: ${interval(difference.difference)}, p ${pValue(difference.p)}`,
            ]
          : []),
      ],
      warnings: groups.flatMap(groupWarnings),
      dropped: rows.dropped,
    };
  },
};

export const CURVE_METHODS: Record<string, Method> = { km };
