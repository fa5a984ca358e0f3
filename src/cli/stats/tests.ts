/** Paired tests, exact tests, shares, areas, adjustments, power, pooled estimates: from counts or from columns. */
import {
  adjustP,
  ALTERNATIVES,
  aucDeLong,
  clopperPearson,
  eventsForHazardRatio,
  fisherExact,
  mannWhitney,
  mcnemarChiSquare,
  mcnemarExact,
  powerForEvents,
  randomEffects,
  spearman,
  wilcoxonSignedRank,
  wilson,
} from '../../stats';
import { usageError } from '../arguments';
import { complete, pick, type DataTable } from './data';
import { interval, layout, number, pValue, type Answer, type Method } from './method';
import { Given } from './values';

function twoColumns(given: Given, table: DataTable, first: string, second: string) {
  const [a, b] = [given.required(first), given.required(second)];
  const columns = { [a]: table.numbers(a, first), [b]: table.numbers(b, second) };
  const { rows, dropped } = complete(columns);
  return { x: pick(columns[a]!, rows), y: pick(columns[b]!, rows), dropped };
}

const mcnemar: Method = {
  about: 'McNemar’s tests of paired right and wrong answers',
  help: `ontoscope stats mcnemar TABLE --before B --after A
ontoscope stats mcnemar --counts LOSERS,GAINERS

  --before, --after  columns of right and wrong: 1/0, true/false, yes/no
  --counts b,c       right then wrong, wrong then right`,
  table: false,
  options: { before: { type: 'string' }, after: { type: 'string' }, counts: { type: 'string' } },
  run(values, table): Answer {
    const given = new Given(values, 'stats mcnemar');
    let [losers, gainers] = [0, 0];
    let dropped: Record<string, number> = {};
    if (table === null) [losers, gainers] = given.counts('counts', 2) as [number, number];
    else {
      const [b, a] = [given.required('before'), given.required('after')];
      const columns = { [b]: table.events(b, 'before'), [a]: table.events(a, 'after') };
      const found = complete(columns);
      dropped = found.dropped;
      for (const i of found.rows) {
        if (columns[b]![i] === 1 && columns[a]![i] === 0) losers += 1;
        if (columns[b]![i] === 0 && columns[a]![i] === 1) gainers += 1;
      }
    }
    const corrected = mcnemarChiSquare(losers, gainers);
    const plain = mcnemarChiSquare(losers, gainers, false);
    const exact = mcnemarExact(losers, gainers);
    return {
      json: { losers, gainers, exact: { p: exact }, corrected, plain },
      lines: [
        `right → wrong ${losers}, wrong → right ${gainers}`,
        `exact p ${pValue(exact)}; χ² with correction ${number(corrected.statistic)}, p ${pValue(corrected.p)}; without ${number(plain.statistic)}, p ${pValue(plain.p)}`,
      ],
      warnings: [],
      dropped,
    };
  },
};

const proportion: Method = {
  about: 'a share with Wilson and Clopper–Pearson intervals',
  help: `ontoscope stats proportion --counts SUCCESSES,N`,
  table: false,
  options: { counts: { type: 'string' } },
  run(values): Answer {
    const given = new Given(values, 'stats proportion');
    const [successes, n] = given.counts('counts', 2) as [number, number];
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

  --counts a,b,c,d    rows a, b and c, d
  --alternative KIND  two-sided (default), greater or less`,
  table: false,
  options: { counts: { type: 'string' }, alternative: { type: 'string' } },
  run(values): Answer {
    const given = new Given(values, 'stats fisher');
    const [a, b, c, d] = given.counts('counts', 4) as [number, number, number, number];
    const alternative = given.choice('alternative', ALTERNATIVES, 'two-sided');
    const result = fisherExact(
      [
        [a, b],
        [c, d],
      ],
      { alternative, level: given.level() },
    );
    return {
      json: { ...result },
      lines: [
        `${result.method}: p ${pValue(result.p)}`,
        `odds ratio ${interval(result.oddsRatio)} (${result.oddsRatio.method})`,
      ],
      warnings: [],
    };
  },
};

const wilcoxon: Method = {
  about: 'Wilcoxon’s signed-rank test of paired values',
  help: `ontoscope stats wilcoxon TABLE --x A --y B [--alternative two-sided|greater|less]`,
  table: true,
  options: { x: { type: 'string' }, y: { type: 'string' }, alternative: { type: 'string' } },
  run(values, table): Answer {
    const given = new Given(values, 'stats wilcoxon');
    const { x, y, dropped } = twoColumns(given, table!, 'x', 'y');
    const result = wilcoxonSignedRank(x, y, given.choice('alternative', ALTERNATIVES, 'two-sided'));
    return {
      json: { ...result },
      lines: [`${result.method}: V = ${result.statistic}, n = ${result.n}, p ${pValue(result.p)}`],
      warnings: [],
      dropped,
    };
  },
};

const spearmanMethod: Method = {
  about: 'Spearman’s rank correlation',
  help: `ontoscope stats spearman TABLE --x A --y B`,
  table: true,
  options: { x: { type: 'string' }, y: { type: 'string' } },
  run(values, table): Answer {
    const given = new Given(values, 'stats spearman');
    const { x, y, dropped } = twoColumns(given, table!, 'x', 'y');
    const result = spearman(x, y, given.level());
    return {
      json: { ...result },
      lines: [`rho ${interval(result.rho)}, n = ${result.rho.n}`, `p ${pValue(result.p)} (${result.method})`],
      warnings: [],
      dropped,
    };
  },
};

const mannwhitney: Method = {
  about: 'Mann–Whitney test and AUC with DeLong’s interval',
  help: `ontoscope stats mannwhitney TABLE --value V --by G

  --by G             column of two groups; the AUC is that of the second one, sorted`,
  table: true,
  options: { value: { type: 'string' }, by: { type: 'string' } },
  run(values, table): Answer {
    const given = new Given(values, 'stats mannwhitney');
    const [value, by] = [given.required('value'), given.required('by')];
    const measured = table!.numbers(value, 'value');
    const labels = table!.labels(by, 'by');
    const { rows, dropped } = complete({ [value]: measured, [by]: labels });
    const groups = pick(labels, rows);
    const scores = pick(measured, rows);
    const names = [...new Set(groups)].sort();
    if (names.length !== 2) {
      throw usageError(
        `--by ${by} has ${names.length} groups (${names.slice(0, 5).join(', ')}); two are needed.`,
        'stats mannwhitney',
      );
    }
    const [low, high] = names as [string, string];
    const test = mannWhitney(
      scores.filter((_, i) => groups[i] === high),
      scores.filter((_, i) => groups[i] === low),
    );
    const auc = aucDeLong(
      scores,
      groups.map((group) => group === high),
      given.level(),
    );
    return {
      json: { groups: { x: high, y: low }, test, auc },
      lines: [
        `${by}=${high} (n = ${test.nX}) against ${by}=${low} (n = ${test.nY}): U = ${test.u}, p ${pValue(test.p)} (${test.method})`,
        `AUC ${interval(auc)} (${auc.method})`,
      ],
      warnings: auc.warnings ?? [],
      dropped,
    };
  },
};

const adjust = (kind: 'holm' | 'bh', name: string): Method => ({
  about: `p-values adjusted by ${name}`,
  help: `ontoscope stats ${kind} --p 0.01,0.04,0.03`,
  table: false,
  options: { p: { type: 'string' } },
  run(values): Answer {
    const given = new Given(values, `stats ${kind}`);
    given.required('p');
    const p = given.list('p').map(Number);
    const adjusted = adjustP(p, kind);
    return {
      json: { method: kind, p, adjusted },
      lines: layout(
        ['p', 'adjusted'],
        p.map((value, i) => [pValue(value), pValue(adjusted[i]!)]),
      ),
      warnings: [],
    };
  },
});

const power: Method = {
  about: 'events needed to see a hazard ratio, or the power of so many',
  help: `ontoscope stats power --hr 2 --share 0.25 [--alpha 0.05] [--power 0.9 | --events N]`,
  table: false,
  options: {
    hr: { type: 'string' },
    share: { type: 'string' },
    alpha: { type: 'string' },
    power: { type: 'string' },
    events: { type: 'string' },
  },
  run(values): Answer {
    const given = new Given(values, 'stats power');
    given.required('hr');
    const design = {
      hazardRatio: given.number('hr', { fallback: 2, min: 1e-6, max: 1e6 }),
      share: given.number('share', { fallback: 0.5, min: 0.0001, max: 0.9999 }),
      alpha: given.number('alpha', { fallback: 0.05, min: 1e-12, max: 0.5 }),
    };
    const asked = given.text('events') === undefined ? null : given.number('events', { fallback: 0, min: 0, max: 1e9 });
    const wanted = given.number('power', { fallback: 0.9, min: 0.01, max: 0.9999 });
    const events = asked ?? eventsForHazardRatio(design, wanted);
    const reached = powerForEvents(design, events);
    return {
      json: { ...design, events, power: reached },
      lines: [`${events} events: power ${number(reached)}`],
      warnings: [],
    };
  },
};

const randomeffects: Method = {
  about: 'mean over runs that differ, with prediction interval',
  help: `ontoscope stats randomeffects TABLE --value V --se S

  --tau2 KIND        paule-mandel (default) or dersimonian-laird
  --interval KIND    hartung-knapp (default) or wald`,
  table: true,
  options: {
    value: { type: 'string' },
    se: { type: 'string' },
    tau2: { type: 'string' },
    interval: { type: 'string' },
  },
  run(values, table): Answer {
    const given = new Given(values, 'stats randomeffects');
    const { x, y, dropped } = twoColumns(given, table!, 'value', 'se');
    const result = randomEffects(x, y, {
      level: given.level(),
      tau2: given.choice('tau2', ['paule-mandel', 'dersimonian-laird'] as const, 'paule-mandel'),
      interval: given.choice('interval', ['hartung-knapp', 'wald'] as const, 'hartung-knapp'),
    });
    return {
      json: { ...result },
      lines: [
        `mean ${interval(result.mean)}, ${result.mean.n} runs, p ${pValue(result.p)}`,
        `tau² ${number(result.tau2)}, I² ${number(result.i2)}, Q ${number(result.q)}, p ${pValue(result.qP)}` +
          (result.prediction
            ? `; one more run: [${number(result.prediction.lo)}, ${number(result.prediction.hi)}]`
            : ''),
      ],
      warnings: result.mean.warnings ?? [],
      dropped,
    };
  },
};

export const TEST_METHODS: Record<string, Method> = {
  mcnemar,
  proportion,
  fisher,
  wilcoxon,
  mannwhitney,
  spearman: spearmanMethod,
  holm: adjust('holm', 'Holm'),
  bh: adjust('bh', 'Benjamini and Hochberg'),
  power,
  randomeffects,
};
