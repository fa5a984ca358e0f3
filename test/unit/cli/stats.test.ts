/** `ontoscope stats`: help, usage errors, answers for people and for programs, against R on a table that R wrote. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METHODS } from '../../../src/cli/stats/registry';
import { stats, useTables, type Outcome } from './stats-run';

const table = useTables();
const golden = JSON.parse(readFileSync(new URL('../../golden/cli_stats.json', import.meta.url), 'utf8')) as {
  csv: string;
  everything: Fit;
  plain: Fit;
  zph: number[];
  curve: Record<'time' | 'survival' | 'lo' | 'hi' | 'atRisk', number[]>;
  upper: Record<string, (number | null)[]>;
  logrank: [number, number];
  spearman: [number, number];
  wilcoxon: [number, number];
};
interface Fit {
  n: [number];
  beta: number[];
  se: number[];
  loglik: [number, number];
  score: [number];
}
interface Document {
  terms: { name: string; beta: number; se: number }[];
  n: number;
  logLikelihood: { null: number; fitted: number };
  tests: Record<string, { statistic: number; df: number; p: number }>;
  warnings: { code: string; message: string }[];
  dropped: Record<string, number>;
}

const FACTS = 'fact,time,event,latent,group\na,1,1,1,x\nb,3,0,0,x\nc,2,1,0,y\nd,5,1,1,y\ne,4,0,0,y\nf,6,1,0,x\n';
const TIMES = ['--time', 'time', '--event', 'event'];

function expectFit(document: Document, fit: Fit): void {
  expect(document.n).toBe(fit.n[0]);
  document.terms.forEach((term, i) => {
    expect(term.beta, term.name).toBeCloseTo(fit.beta[i]!, 8);
    expect(term.se, term.name).toBeCloseTo(fit.se[i]!, 8);
  });
  expect(document.terms).toHaveLength(fit.beta.length);
  expect(document.logLikelihood.null).toBeCloseTo(fit.loglik[0], 8);
  expect(document.logLikelihood.fitted).toBeCloseTo(fit.loglik[1], 8);
  expect(document.tests['score']!.statistic).toBeCloseTo(fit.score[0], 7);
}

describe('help', () => {
  it('lists every method with a line', async () => {
    const { code, out, err } = await stats('--help');
    expect([code, err]).toEqual([0, '']);
    for (const [name, { about }] of METHODS) expect(out).toMatch(new RegExp(`^  ${name} +${about.slice(0, 10)}`, 'm'));
    expect(METHODS.size).toBeGreaterThanOrEqual(17);
  });

  it.each([...METHODS.keys()])('of %s names all its options', async (name) => {
    const { code, out } = await stats(name, '--help');
    expect(code).toBe(0);
    expect(out).toContain(`ontoscope stats ${name}`);
    for (const option of Object.keys(METHODS.get(name)!.options)) expect(out).toContain(`--${option}`);
    expect(out).toContain('--json');
  });
});

describe('a usage error', () => {
  const NEEDS_TABLE = [...METHODS].filter(([, { table: kind }]) => kind === 'needed').map(([name]) => name);

  it('names the methods there are', async () => {
    for (const argv of [[], ['anova']]) {
      const { code, err } = await stats(...argv);
      expect(code).toBe(2);
      expect(err).toContain('km, logrank, cox, zph');
    }
  });

  it.each(NEEDS_TABLE)('says that %s needs a table', async (name) => {
    const { code, err } = await stats(name);
    expect(code).toBe(2);
    expect(err).toContain(`stats ${name} needs a table`);
  });

  it.each([
    [['km', 'T'], '--time'],
    [['km', 'T', '--time', 'time'], '--event'],
    [['km', 'T', ...TIMES, '--interval', 'wide'], '--interval'],
    [['km', 'T', ...TIMES, '--at', '1,soon'], '--at'],
    [['km', 'T', ...TIMES, '--at', ''], '--at'],
    [['km', 'T', ...TIMES, '--level', '95'], '--level'],
    [['km', 'T', 'U', ...TIMES], '“U” is too much'],
    [['km', 'T', ...TIMES, '--where', 'group'], '--where'],
    [['logrank', 'T', ...TIMES], '--by'],
    [['logrank', 'T', ...TIMES, '--by', 'group', '--rho', '1', '--weights', 'tarone-ware'], 'exclude each other'],
    [['logrank', 'T', ...TIMES, '--by', 'group', '--adjust', 'bh'], '--pairwise'],
    [['cox', 'T', ...TIMES], '--covariates'],
    [['cox', 'T', '--event', 'event', '--covariates', 'latent'], '--time'],
    [['cox', 'T', ...TIMES, '--covariates', 'latent', '--ties', 'guess'], '--ties'],
    [['cox', 'T', ...TIMES, '--covariates', 'latent', '--interaction', 'latent:group'], '“group” among --covariates'],
    [['cox', 'T', ...TIMES, '--covariates', 'latent', '--interaction', 'latent'], 'two different covariates'],
    [['cox', 'T', ...TIMES, '--colour', 'red'], '--colour'],
    [['zph', 'T', ...TIMES, '--covariates', 'latent', '--transform', 'sqrt'], '--transform'],
    [['logit', 'T', '--epoch', 'time', ...TIMES, '--covariates', 'latent'], 'exclude each other'],
    [['cloglog', 'T', '--event', 'event', '--covariates', 'latent'], '--time'],
    [['mcnemar'], '--counts'],
    [['mcnemar', '--counts', '1,2', '--where', 'a=b'], '--where needs a table'],
    [['mcnemar', '--before', 'a', '--after', 'b'], 'needs a table'],
    [['mcnemar', 'T', '--counts', '1,2'], 'exclude each other'],
    [['mcnemar', '--counts', '1,2,3'], '2 whole numbers'],
    [['proportion', '--counts', '5,3'], '5 of 3'],
    [['proportion', '--counts', '0,0'], '0 of 0'],
    [['proportion', 'T', '--counts', '1,3'], 'takes no table'],
    [['fisher', '--counts', '1,2,3,-4'], '4 whole numbers'],
    [['fisher', '--counts', '1,2,3,4', '--alternative', 'other'], '--alternative'],
    [['wilcoxon', 'T', '--x', 'time'], '--y'],
    [['mannwhitney', 'T', '--value', 'time'], '--by'],
    [['spearman', 'T', '--y', 'time'], '--x'],
    [['holm'], '--p'],
    [['bh', '--p', '0.1,2'], '--p'],
    [['bh', '--p', '0.1,none'], '--p'],
    [['power', '--share', '0.5'], '--hr'],
    [['power', '--hr', '1'], 'another ratio than 1'],
    [['power', '--hr', '2', '--power', '0.8', '--events', '50'], 'exclude each other'],
    [['randomeffects', 'T', '--value', 'time'], '--se'],
    [['bootstrap', 'T', '--value', 'time', '--seed=-1'], '--seed'],
  ])('%j: status 2, %s', async (argv, said) => {
    const file = await table(FACTS);
    const { code, err, out } = await stats(...argv.map((word) => (word === 'T' ? file : word)));
    expect(err).toContain(said);
    expect(err).toMatch(/^error usage: .+\n {2}Run ontoscope stats \w+ --help/);
    expect([code, out]).toEqual([2, '']);
  });

  it('is a JSON document, too, where JSON was asked for', async () => {
    const outcome = await stats('cox', '--json');
    expect(outcome.code).toBe(2);
    expect(outcome.json()).toMatchObject({ error: { code: 'usage' } });
  });
});

describe('a column whose name holds a comma', () => {
  const names = ['size, mm', 'a "b"', 'layer'];
  const rows = (header: string) =>
    [header, ...Array.from({ length: 30 }, (_, i) => `${1 + (i % 7)},${Number(i % 3 > 0)},${i % 5},${(i * 7) % 4},${i % 2}`)].join('\n'); // prettier-ignore
  const coefficients = (outcome: Outcome) => {
    expect(outcome.code, outcome.err).toBe(0);
    return (outcome.json() as unknown as { terms: { name: string; beta: number }[] }).terms;
  };

  it('is named in quotes, as in CSV, among others and in a product', async () => {
    const odd = await table(rows(`time,event,"size, mm","a ""b""",layer`));
    const plain = await table(rows('time,event,size,ab,layer'));
    const asked = ['--covariates', '"size, mm", "a ""b""" ,layer', '--interaction', '"size, mm:layer"', '--json'];
    const found = coefficients(await stats('cox', odd, ...TIMES, ...asked));
    const same = coefficients(
      await stats('cox', plain, ...TIMES, '--covariates', 'size,ab,layer', '--interaction', 'size:layer', '--json'),
    );
    expect(found.map(({ name }) => name)).toEqual([...names, 'size, mm:layer']);
    expect(found.map(({ beta }) => beta)).toEqual(same.map(({ beta }) => beta));
  });

  it.each(['"size, mm', '"size, mm"x,layer', 'layer,"', '"a ""b'])('in quotes that do not end (%s) is a usage error', async (text) => {
    const outcome = await stats('cox', await table(rows('time,event,"size, mm",ab,layer')), ...TIMES, '--covariates', text);
    expect(outcome.code).toBe(2);
    expect(outcome.err).toContain('--covariates: the quotation mark');
  }); // prettier-ignore

  it('is no matter for a quotation mark inside a name', async () => {
    const outcome = await stats('cox', await table(rows('time,event,5" wide,ab,layer')), ...TIMES, '--covariates', '5" wide,ab', '--json'); // prettier-ignore
    expect(coefficients(outcome).map(({ name }) => name)).toEqual(['5" wide', 'ab']);
  });
});

describe('a table that R wrote, with row names, NA and quotes', () => {
  it('Cox: late entry, factors of numbers and of text, interaction, strata, weights, offset, clusters', async () => {
    const outcome = await stats(
      'cox',
      await table(golden.csv),
      ...TIMES,
      ...['--start', 'start', '--covariates', 'size', '--factor', 'kind=rare', '--factor', 'layer'],
      ...['--interaction', 'size:kind', '--strata', 'site', '--weights', 'weight', '--offset', 'shift'],
      ...['--cluster', 'run', '--json'],
    );
    const document = outcome.json() as unknown as Document;
    expectFit(document, golden.everything);
    expect(document.terms.map(({ name }) => name)).toEqual([
      'size',
      'kind=frequent',
      'kind=sold, "new"',
      'layer=10',
      'layer=11',
      'size:kind=frequent',
      'size:kind=sold, "new"',
    ]);
    expect(document.dropped).toEqual({ time: 1, size: 2, kind: 1 });
    expect(outcome.err.split('\n').slice(0, 3).sort()).toEqual([
      '1 row dropped: kind missing',
      '1 row dropped: time missing',
      '2 rows dropped: size missing',
    ]);
  });

  it('Cox and its test of proportional hazards on some of the rows', async () => {
    const model = [...TIMES, '--covariates', 'size', '--factor', 'layer=9', '--where', 'site=A', '--json'];
    const file = await table(golden.csv);
    expectFit((await stats('cox', file, ...model)).json() as unknown as Document, golden.plain);
    const { tests, global } = (await stats('zph', file, ...model, '--transform', 'rank')).json() as unknown as {
      tests: { test: { statistic: number } }[];
      global: { statistic: number };
    };
    const found = [...tests.map(({ test }) => test.statistic), global.statistic];
    found.forEach((statistic, i) => expect(statistic).toBeCloseTo(golden.zph[i]!, 8));
    expect(found).toHaveLength(golden.zph.length);
  });

  it('Kaplan–Meier with late entry, another interval and level', async () => {
    const { groups } =
      (await stats('km', await table(golden.csv), ...TIMES, '--start', 'start', '--where', 'site=B', '--interval', 'log-log', '--level', '0.9', '--json')) // prettier-ignore
        .json() as unknown as { groups: { curve: typeof golden.curve }[] };
    const { curve } = groups[0]!;
    const { time, survival, lo, hi, atRisk } = golden.curve;
    for (const [i, t] of time.entries()) {
      const row = curve.time.indexOf(t);
      expect(curve.atRisk[row]).toBe(atRisk[i]);
      expect(curve.survival[row]).toBeCloseTo(survival[i]!, 12);
      if (lo[i] === null || survival[i] === 1) continue;
      expect(curve.lo[row]).toBeCloseTo(lo[i]!, 10);
      expect(curve.hi[row]).toBeCloseTo(hi[i]!, 10);
    }
  });

  it.each(Object.keys(golden.upper))('Kaplan–Meier, %s interval', async (interval) => {
    const argv = [...TIMES, '--start', 'start', '--where', 'site=B', '--interval', interval, '--json'];
    const { groups } = (await stats('km', await table(golden.csv), ...argv)).json() as unknown as {
      groups: { curve: { time: number[]; hi: number[] } }[];
    };
    const { time, hi } = groups[0]!.curve;
    let compared = 0;
    golden.upper[interval]!.forEach((limit, i) => {
      if (limit === null) return;
      expect(hi[time.indexOf(golden.curve.time[i]!)]).toBeCloseTo(limit, 10);
      compared += 1;
    });
    expect(compared).toBeGreaterThan(5);
  });

  it('stratified log-rank test of three groups, Spearman, Wilcoxon', async () => {
    const file = await table(golden.csv);
    const logrank = (await stats('logrank', file, ...TIMES, '--by', 'layer', '--strata', 'site', '--json')).json();
    const { test, groups } = logrank as unknown as {
      test: { statistic: number; df: number };
      groups: { group: string }[];
    };
    expect(test.statistic).toBeCloseTo(golden.logrank[0], 8);
    expect(test.df).toBe(golden.logrank[1]);
    expect(groups.map(({ group }) => group)).toEqual(['9', '10', '11']);
    const spearman = (await stats('spearman', file, '--x', 'size', '--y', 'time', '--json')).json() as unknown as {
      rho: { value: number };
      test: { p: number };
    };
    expect(spearman.rho.value).toBeCloseTo(golden.spearman[0], 10);
    expect(spearman.test.p).toBeCloseTo(golden.spearman[1], 8);
    const wilcoxon = (await stats('wilcoxon', file, '--x', 'shift', '--y', 'size', '--json')).json() as unknown as {
      test: { statistic: number; p: number };
    };
    expect(wilcoxon.test.statistic).toBe(golden.wilcoxon[0]);
    expect(wilcoxon.test.p).toBeCloseTo(golden.wilcoxon[1], 8);
  });
});

describe('answers', () => {
  it('are aligned tables for people', async () => {
    const { out } = await stats('km', await table(FACTS), ...TIMES, '--by', 'group', '--tau', '4', '--hazard');
    const lines = out.split('\n');
    expect(lines[0]).toBe('group=x: n = 3, 2 events, median 6 [1, –]');
    const header = lines.findIndex((line) => line.startsWith('time  at risk'));
    expect(new Set(lines.slice(header, header + 3).map((line) => line.length)).size).toBe(1);
    expect(out).toContain('difference of restricted means, group=x − group=y:');
    expect(out).toContain('hazard');
    expect(out).not.toMatch(/NaN|undefined|null/);
  });

  it('at chosen times are 1 before the first event and nothing after the last look', async () => {
    const file = await table('time,event\n2,1\n4,0\n');
    const outcome = await stats('km', file, ...TIMES, '--at', '1,2,3,9', '--json');
    const [group] = outcome.json()['groups'] as unknown as {
      at: { time: number; atRisk: number; survival: { value: number; n: number; method: string } | null }[];
    }[];
    expect(group!.at.map(({ time, atRisk, survival }) => [time, atRisk, survival?.value ?? null])).toEqual([
      [1, 2, 1],
      [2, 2, 0.5],
      [3, 1, 0.5],
      [9, 0, null],
    ]);
    expect(group!.at[1]!.survival).toMatchObject({ n: 2, method: expect.stringContaining('Kaplan–Meier') as string });
    expect(outcome.err).toContain('nobody is followed at 9');
  });

  it('have the numbers at risk of late entry at chosen times', async () => {
    const file = await table('start,time,event\n0,5,1\n3,8,1\n6,9,0\n');
    const outcome = await stats('km', file, ...TIMES, '--start', 'start', '--at', '2,4,7', '--json');
    const [group] = outcome.json()['groups'] as unknown as { at: { atRisk: number }[] }[];
    expect(group!.at.map(({ atRisk }) => atRisk)).toEqual([1, 2, 2]);
  });

  it('spell infinite numbers, and list warnings, in one JSON document', async () => {
    const separated = 'time,event,x\n1,1,1\n2,1,1\n3,1,1\n4,0,0\n5,0,0\n6,1,0\n7,1,0\n';
    const outcome = await stats('cox', await table(separated), ...TIMES, '--covariates', 'x', '--json');
    const document = outcome.json() as unknown as Document;
    expect(document.warnings.map(({ code }) => code)).toContain('monotone-likelihood');
    expect(outcome.err).toContain('warning: ');
    expect(outcome.out).not.toMatch(/: (Infinity|NaN)/);
    const firth = await stats(
      'cox',
      await table(separated),
      ...TIMES,
      '--covariates',
      'x',
      '--firth',
      '--profile',
      '--json',
    );
    const [term] = firth.json()['terms'] as unknown as { hazardRatio: { value: number; hi: number | string } }[];
    expect(term!.hazardRatio.value).toBeGreaterThan(1);
    expect(Number.isFinite(term!.hazardRatio.value)).toBe(true);
    const fisher = await stats('fisher', '--counts', '5,0,0,5', '--json');
    expect(fisher.json()).toMatchObject({ oddsRatio: { value: 'Infinity', hi: 'Infinity' } });
  });

  it.each([
    ['cox', [...TIMES, '--covariates', 'latent']],
    ['zph', [...TIMES, '--covariates', 'latent']],
    ['cloglog', [...TIMES, '--covariates', 'latent']],
    ['logrank', [...TIMES, '--by', 'group', '--pairwise']],
    ['km', [...TIMES, '--tau', '3']],
    ['spearman', ['--x', 'time', '--y', 'latent']],
    ['wilcoxon', ['--x', 'time', '--y', 'latent']],
    ['mannwhitney', ['--value', 'time', '--by', 'group']],
    ['mcnemar', ['--before', 'latent', '--after', 'event']],
    ['bootstrap', ['--value', 'time', '--replicates', '60']],
  ])('of %s name the command, the table and what was left out', async (method, argv) => {
    const file = await table(FACTS);
    const outcome = await stats(method, file, ...argv, '--json');
    expect(outcome.code).toBe(0);
    expect(outcome.json()).toMatchObject({ command: `stats ${method}`, table: file, dropped: {} });
    const plain = await stats(method, file, ...argv);
    expect(plain.code).toBe(0);
    expect(plain.out).not.toMatch(/undefined|null|\[object/);
  });

  it('compare the second group with the first, however the rows are ordered', async () => {
    const rows = FACTS.trim().split('\n');
    const reversed = [rows[0]!, ...rows.slice(1).reverse()].join('\n');
    const answers = await Promise.all(
      [FACTS, reversed].map(async (text) =>
        stats('logrank', await table(text, 'same.csv'), ...TIMES, '--by', 'group', '--pairwise'),
      ),
    );
    expect(answers[1]!.out).toBe(answers[0]!.out);
    expect(answers[0]!.out).toContain('x against y');
    const { out } = await stats('mannwhitney', await table(FACTS), '--value', 'time', '--by', 'group');
    expect(out).toMatch(/^group=y \(n = 3\) against group=x \(n = 3\): U = 5,/);
  });

  it('of McNemar’s test count the four kinds of pairs', async () => {
    const file = await table('b,a\n1,1\ntrue,no\nyes,0\n0,TRUE\nNo,false\nNA,1\n');
    const outcome = await stats('mcnemar', file, '--before', 'b', '--after', 'a', '--json');
    expect(outcome.json()).toMatchObject({ kept: 1, losers: 2, gainers: 1, never: 1, n: 5, dropped: { b: 1 } });
    const counted = await stats('mcnemar', '--counts', '2,1', '--json');
    expect(counted.json()['exact']).toEqual(outcome.json()['exact']);
  });

  it.each(['cloglog', 'logit'])(
    'of %s are the same from rows of facts and from rows of facts at epochs',
    async (link) => {
      const facts = FACTS.trim()
        .split('\n')
        .slice(1)
        .map((row) => row.split(','));
      // Epochs need not be 1, 2, 3.
      const spread = facts.flatMap(([fact, time, event, latent]) =>
        Array.from({ length: Number(time) }, (_, i) => {
          return [fact, 10 * (i + 1), i + 1 === Number(time) ? event : '0', latent].join();
        }),
      );
      const covariates = ['--event', 'event', '--covariates', 'latent', '--json'];
      const whole = (await stats(link, await table(FACTS), '--time', 'time', ...covariates)).json();
      const byEpoch = await table(`fact,epoch,event,latent\n${spread.join('\n')}\n`);
      const rows = (await stats(link, byEpoch, '--epoch', 'epoch', ...covariates)).json();
      for (const key of ['personPeriods', 'events']) expect(rows[key]).toBe(whole[key]);
      const of = (document: Record<string, never>) =>
        (document['terms'] as unknown as { beta: number; se: number }[])[0]!;
      expect(of(rows).beta).toBeCloseTo(of(whole).beta, 8);
      expect(of(rows).se).toBeCloseTo(of(whole).se, 8);
    },
  );

  it('of power and events agree with each other', async () => {
    const design = ['power', '--hr', '2', '--share', '.25', '--alpha', '.01'];
    const needed = (await stats(...design, '--power', '.9', '--json')).json() as unknown as { events: number };
    const at = async (events: number) =>
      (await stats(...design, '--events', String(events), '--json')).json()['power'] as unknown as number;
    expect(await at(needed.events)).toBeGreaterThanOrEqual(0.9);
    expect(await at(needed.events - 1)).toBeLessThan(0.9);
  });

  it('of a bootstrap depend on the seed alone, and on the runs that rows belong to', async () => {
    const file = await table('v,run\n1,a\n1.1,a\n0.9,a\n5,b\n5.2,b\n4.9,b\n9,c\n9.1,c\n8.8,c\n');
    const width = async (...more: string[]) => {
      const outcome = await stats('bootstrap', file, '--value', 'v', '--interval', 'percentile', ...more, '--json');
      const { lo, hi, value } = outcome.json()['estimate'] as unknown as Record<'lo' | 'hi' | 'value', number>;
      expect(value).toBeCloseTo(5, 9);
      return hi - lo;
    };
    expect(await width('--seed', '7')).toBe(await width('--seed', '7'));
    expect(await width('--seed', '7')).not.toBe(await width('--seed', '8'));
    expect(await width('--cluster', 'run')).toBeGreaterThan(1.3 * (await width()));
    const median = await stats('bootstrap', file, '--value', 'v', '--statistic', 'median', '--json');
    expect(median.json()).toMatchObject({ statistic: 'median', estimate: { value: 5, n: 9 } });
  });

  it('of runs that differ come with a prediction interval', async () => {
    const file = await table('seed,beta,se\n1,0.9,0.1\n2,1.4,0.1\n3,0.4,0.1\n4,1.0,0.1\n');
    const outcome = await stats('randomeffects', file, '--value', 'beta', '--se', 'se', '--json');
    const { mean, prediction } = outcome.json() as unknown as Record<
      'mean' | 'prediction',
      Record<'lo' | 'hi', number>
    >;
    expect(mean).toMatchObject({ value: expect.closeTo(0.925, 3) as number, n: 4 });
    expect(prediction.hi - prediction.lo).toBeGreaterThan(mean.hi - mean.lo);
    expect((await stats('randomeffects', file, '--value', 'beta', '--se', 'se')).out).toContain('one more run');
  });
});
