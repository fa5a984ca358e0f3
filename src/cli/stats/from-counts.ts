/** Answers from numbers given on the command line: shares, 2 × 2 tables, adjusted p-values, planning. */
import {
  adjustP,
  ALTERNATIVES,
  clopperPearson,
  eventsForHazardRatio,
  fisherExact,
  powerForEvents,
  wilson,
} from '../../stats';
import { interval, layout, number, pValue, type Answer, type Method } from './method';

const proportion: Method = {
  about: 'a share with Wilson and Clopper–Pearson intervals',
  help: `ontoscope stats proportion --counts SUCCESSES,N

  --counts k,n         successes, and of how many`,
  table: 'none',
  options: { counts: { type: 'string' } },
  run(given): Answer {
    given.required('counts');
    const [successes, n] = given.counts('counts', 2) as [number, number];
    if (n === 0 || successes > n) throw given.fault(`--counts takes successes and how many, not ${successes} of ${n}.`);
    const estimates = {
      wilson: wilson(successes, n, given.level()),
      clopperPearson: clopperPearson(successes, n, given.level()),
    };
    return {
      json: estimates,
      lines: Object.values(estimates).map((estimate) => `${interval(estimate)}  ${estimate.method}`),
      warnings: [],
    };
  },
};

const fisher: Method = {
  about: 'Fisher’s exact test of a 2 × 2 table',
  help: `ontoscope stats fisher --counts a,b,c,d

  --counts a,b,c,d     rows a, b and c, d
  --alternative KIND   two-sided (default), greater or less`,
  table: 'none',
  options: { counts: { type: 'string' }, alternative: { type: 'string' } },
  run(given): Answer {
    given.required('counts');
    const [a, b, c, d] = given.counts('counts', 4) as [number, number, number, number];
    const alternative = given.choice('alternative', ALTERNATIVES, 'two-sided');
    const table: [[number, number], [number, number]] = [
      [a, b],
      [c, d],
    ];
    const { oddsRatio, ...test } = fisherExact(table, { alternative, level: given.level() });
    return {
      json: { test, oddsRatio },
      lines: [`${test.method}: p ${pValue(test.p)}`, `odds ratio ${interval(oddsRatio)} (${oddsRatio.method})`],
      warnings: oddsRatio.warnings ?? [],
    };
  },
};

const adjust = (kind: 'holm' | 'bh', name: string): Method => ({
  about: `p-values adjusted by ${name}`,
  help: `ontoscope stats ${kind} --p 0.01,0.04,0.03`,
  table: 'none',
  options: { p: { type: 'string' } },
  run(given): Answer {
    given.required('p');
    const p = given.numbers('p', { min: 0, max: 1 });
    const adjusted = adjustP(p, kind);
    return {
      json: { p, adjusted, method: name },
      lines: layout(
        ['p', 'adjusted'],
        p.map((value, i) => [pValue(value), pValue(adjusted[i])]),
      ),
      warnings: [],
    };
  },
});

const power: Method = {
  about: 'events needed to see a hazard ratio, or the power of so many',
  help: `ontoscope stats power --hr 2 [--share 0.25] [--alpha 0.05] [--power 0.9 | --events N]

  --hr R               hazard ratio to be seen, not 1
  --share P            share of the facts whose hazard is multiplied (default 0.5)
  --alpha A            two-sided significance level (default 0.05)
  --power P            says how many events are needed (default 0.9)
  --events N           says the power of so many events`,
  table: 'none',
  options: {
    hr: { type: 'string' },
    share: { type: 'string' },
    alpha: { type: 'string' },
    power: { type: 'string' },
    events: { type: 'string' },
  },
  run(given): Answer {
    given.required('hr');
    given.exclusive('power', 'events');
    const design = {
      hazardRatio: given.number('hr', { fallback: NaN, min: 1e-6, max: 1e6 }),
      share: given.number('share', { fallback: 0.5, min: 0.0001, max: 0.9999 }),
      alpha: given.number('alpha', { fallback: 0.05, min: 1e-12, max: 0.5 }),
    };
    if (design.hazardRatio === 1) throw given.fault('--hr must be another ratio than 1.');
    const wanted = given.number('power', { fallback: 0.9, min: 0.01, max: 0.9999 });
    const events = given.has('events')
      ? given.number('events', { fallback: NaN, min: 0, max: 1e9, integer: true })
      : eventsForHazardRatio(design, wanted);
    const reached = powerForEvents(design, events);
    const method = 'Schoenfeld, two-sided log-rank test';
    return {
      json: { ...design, events, power: reached, method },
      lines: [
        `hazard ratio ${number(design.hazardRatio, 2)}, share ${number(design.share, 2)}, alpha ${design.alpha}: ${events} events, power ${number(reached)} (${method})`,
      ],
      warnings: [],
    };
  },
};

export const COUNT_METHODS: Record<string, Method> = {
  proportion,
  fisher,
  holm: adjust('holm', 'Holm'),
  bh: adjust('bh', 'Benjamini and Hochberg'),
  power,
};
