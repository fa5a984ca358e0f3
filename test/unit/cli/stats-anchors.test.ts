/** Published reference output of R, number by number, through the command line. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import { useTemporaryFolder } from '../../helpers/temporary';

const place = useTemporaryFolder();
const data = (file: string) => sharedPath('statistics', file);

async function json<T>(...argv: string[]): Promise<T> {
  const terminal = new FakeTerminal();
  expect(await main(['stats', ...argv, '--json'], terminal), terminal.stderr.join('\n')).toBe(0);
  return JSON.parse(terminal.stdout.join('\n')) as T;
}

interface Term {
  name: string;
  beta: number;
  se: number;
  modelSe: number;
  z: number;
  p: number;
  hazardRatio: { value: number; lo: number; hi: number | string };
}
interface Chi {
  statistic: number;
  df: number;
  p: number;
}
interface CoxDocument {
  terms: Term[];
  logLikelihood: { null: number; fitted: number };
  tests: { likelihoodRatio: Chi; wald: Chi; score: Chi };
  concordance: { value: number };
  concordanceSe: number;
  warnings: { code: string }[];
}

/** Relative to 1e-6, or to as many digits as were printed. */
function near(actual: number, expected: number, what: string, tolerance = 1e-6) {
  expect(
    Math.abs(actual - expected) / Math.max(Math.abs(expected), 1e-300),
    `${what}: ${actual} against ${expected}`,
  ).toBeLessThan(tolerance);
}

/** Rows of numbers under names, one block after another: every table of the reference. */
function tables(section: string): { header: string; rows: Map<string, number[]> }[] {
  const found: { header: string; rows: Map<string, number[]> }[] = [];
  for (const line of section.split('\n')) {
    const match = /^(\S+)((?:\s+(?:-?[\d.]+(?:e[-+]\d+)?|Inf|NA|<))+)\s*$/.exec(line);
    if (match && found.length > 0) found.at(-1)!.rows.set(match[1]!, match[2]!.trim().split(/\s+/).map(Number));
    else if (line.trim() !== '') found.push({ header: line.trim(), rows: new Map() });
  }
  return found;
}

const ROSSI = ['rossi.csv', '--time', 'week', '--event', 'arrest', '--covariates', 'fin,age,race,wexp,mar,paro,prio'];
const GEHAN = ['gehan.csv', '--time', 'time', '--event', 'cens', '--factor', 'treat=control'];
const LUNG = ['lung.csv', '--time', 'time', '--event', 'status', '--covariates', 'age,sex,ph.ecog'];
const TEST1 = 'time,status,x\n9,1,0\n1,1,1\n1,0,1\n6,1,1\n6,1,0\n8,0,0\n';
const TEST2 =
  'start,stop,event,x\n1,2,1,1\n2,3,1,0\n5,6,1,0\n2,7,1,1\n1,8,1,0\n7,9,1,1\n3,9,1,1\n4,9,0,1\n8,14,0,0\n8,17,0,0\n';

const SECTIONS: [title: string, argv: string[]][] = [
  ['lung age+sex+ph.ecogn=227 events=164 ties=efron', LUNG],
  ['lung age+sex+ph.ecogn=227 events=164 ties=breslow', [...LUNG, '--ties', 'breslow']],
  ['rossi 7covn=432 events=114 ties=efron', ROSSI],
  ['rossi 7covn=432 events=114 ties=breslow', [...ROSSI, '--ties', 'breslow']],
  ['rossi exactn=432 events=114 ties=exact', [...ROSSI, '--ties', 'exact']],
  ['rossi robustn=432 events=114 ties=efron', [...ROSSI, '--robust']],
  ['freireich(gehan) treat=6-MPn=42 events=30 ties=efron', GEHAN],
  ['freireich(gehan) treat=6-MPn=42 events=30 ties=breslow', [...GEHAN, '--ties', 'breslow']],
  ['freireich(gehan) treat=6-MPn=42 events=30 ties=exact', [...GEHAN, '--ties', 'exact']],
  ['freireich strata(pair)n=42 events=30 ties=efron', [...GEHAN, '--strata', 'pair']],
  ['Therneau test1n=6 events=4 ties=efron', ['test1', '--time', 'time', '--event', 'status', '--covariates', 'x']],
  [
    'Therneau test1n=6 events=4 ties=breslow',
    ['test1', '--time', 'time', '--event', 'status', '--covariates', 'x', '--ties', 'breslow'],
  ],
  [
    'Therneau test1n=6 events=4 ties=exact',
    ['test1', '--time', 'time', '--event', 'status', '--covariates', 'x', '--ties', 'exact'],
  ],
  [
    'Therneau test2 (counting process)n=10 events=7 ties=efron',
    ['test2', '--time', 'stop', '--start', 'start', '--event', 'event', '--covariates', 'x'],
  ],
  [
    'Therneau test2 (counting process)n=10 events=7 ties=breslow',
    ['test2', '--time', 'stop', '--start', 'start', '--event', 'event', '--covariates', 'x', '--ties', 'breslow'],
  ],
];

async function fileOf(name: string): Promise<string> {
  if (name.endsWith('.csv')) return data(name);
  const file = await place(`${name}.csv`);
  await writeFile(file, name === 'test1' ? TEST1 : TEST2);
  return file;
}

describeWithShared(
  'the reference output of R',
  ['anchors.txt', 'rossi.csv', 'lung.csv', 'gehan.csv', 'epoch_facts.csv', 'degradation.csv'].map(
    (file) => `statistics/${file}`,
  ),
  () => {
    const text = readFileSync(data('anchors.txt'), 'utf8');
    const section = (title: string) => {
      const start = text.indexOf(`##${title}`);
      expect(start, title).toBeGreaterThanOrEqual(0);
      const end = text.indexOf('\n##', start + 2);
      return text.slice(text.indexOf('\n', start) + 1, end < 0 ? text.length : end);
    };

    it.each(SECTIONS)('Cox: %s', async (title, [file, ...argv]) => {
      const fit = await json<CoxDocument>('cox', await fileOf(file!), ...argv);
      const [coefficients, ratios, ...rest] = tables(section(title));
      const diverges = title.includes('test1') && title.endsWith('exact');
      fit.terms.forEach((term, i) => {
        const [name, row] = [...coefficients!.rows][i]!;
        const robust = coefficients!.header.includes('robust se');
        const [coef, ratio, se, ...others] = row as [number, number, number, ...number[]];
        const [z, p] = others.slice(robust ? 1 : 0) as [number, number];
        if (diverges) {
          expect(fit.warnings.map(({ code }) => code)).toContain('monotone-likelihood');
          return;
        }
        near(term.beta, coef, `${name} coef`);
        near(term.hazardRatio.value, ratio, `${name} ratio`);
        near(robust ? term.modelSe : term.se, se, `${name} se`);
        if (robust) near(term.se, others[0]!, `${name} robust se`);
        near(term.z, z, `${name} z`);
        near(term.p, p, `${name} p`, 1e-4);
        const [, , lo, hi] = ratios!.rows.get(name)! as [number, number, number, number];
        near(term.hazardRatio.lo, lo, `${name} lower`);
        near(Number(term.hazardRatio.hi), hi, `${name} upper`);
      });
      const all = new Map(rest.concat(ratios!).flatMap(({ rows }) => [...rows]));
      const [before, after] = all.get('loglik0,1:')!;
      near(fit.logLikelihood.null, before!, 'log-likelihood at 0');
      near(fit.logLikelihood.fitted, after!, 'log-likelihood', diverges ? 1e-5 : 1e-6);
      const [score, scoreDf, scoreP] = all.get('Score:')!;
      near(fit.tests.score.statistic, score!, 'score');
      expect(fit.tests.score.df).toBe(scoreDf);
      near(fit.tests.score.p, scoreP!, 'score p', 1e-4);
      if (!diverges) {
        const [ratio, , ratioP] = all.get('LRT:')!;
        // R printed a difference of log-likelihoods near each other to ten digits.
        near(fit.tests.likelihoodRatio.statistic, ratio!, 'likelihood ratio', 2e-6);
        near(fit.tests.likelihoodRatio.p, ratioP!, 'likelihood ratio p', 1e-4);
        expect(fit.tests.wald.statistic, 'Wald to the digits printed').toBeCloseTo(all.get('Wald:')![0]!, 1);
        near(fit.tests.wald.p, all.get('Wald:')![2]!, 'Wald p', 1e-4);
      }
      const [c, se] = all.get('concordance:')!;
      near(fit.concordance.value, c!, 'concordance');
      near(fit.concordanceSe, se!, 'concordance se');
    });

    it.each([
      ['lung age+sex+ph.ecogn=227 events=164 ties=efron', LUNG],
      ['rossi 7covn=432 events=114 ties=efron', ROSSI],
      ['freireich(gehan) treat=6-MPn=42 events=30 ties=efron', GEHAN],
    ])('proportional hazards: %s', async (title, [file, ...argv]) => {
      let compared = 0;
      for (const [, transform, block] of section(title).matchAll(/cox\.zph (\w+) :\n([\s\S]*?)(?=cox\.zph|$)/g)) {
        const expected = [...tables(`zph\n${block}`).flatMap(({ rows }) => [...rows])];
        const { tests, global } = await json<{ tests: { name: string; test: Chi }[]; global: Chi }>(
          'zph',
          await fileOf(file!),
          ...argv,
          '--transform',
          transform!,
        );
        [...tests.map(({ test }) => test), global].forEach((test, i) => {
          const [name, [statistic, df, p]] = expected[i] as [string, [number, number, number]];
          near(test.statistic, statistic, `${transform} ${name}`);
          expect(test.df).toBe(df);
          near(test.p, p, `${transform} ${name} p`, 1e-4);
          compared += 1;
        });
      }
      expect(compared).toBeGreaterThan(3);
    });

    const facts = ['epoch_facts.csv', '--time', 'epoch', '--event', 'event', '--covariates', 'latent,logFreq,logAnn'];
    const factsText = () => text.slice(text.indexOf('## synthetic facts'), text.indexOf('## paired/other'));
    it.each(['efron', 'breslow', 'exact'])('facts by epoch: Cox, %s', async (ties) => {
      const [file, ...argv] = facts;
      const fit = await json<CoxDocument>('cox', data(file!), ...argv, '--ties', ties);
      const block = factsText().split(`\n ${ties} \n`)[1]!;
      const rows = [...block.matchAll(/^(latent|logFreq|logAnn) +(\S+) (\S+) (\S+) +(\S+) (\S+)$/gm)].slice(0, 3);
      rows.forEach(([, name, coef, ratio, se, z, p], i) => {
        const term = fit.terms[i]!;
        near(term.beta, Number(coef), `${name} coef`);
        near(term.hazardRatio.value, Number(ratio), `${name} ratio`);
        near(term.se, Number(se), `${name} se`);
        near(term.z, Number(z), `${name} z`);
        near(term.p, Number(p), `${name} p`, 1e-4);
      });
      expect(rows).toHaveLength(3);
      const [, before, after] = /loglik (\S+) (\S+)/.exec(block) ?? /loglik (\S+) (\S+)/.exec(block)!;
      near(fit.logLikelihood.null, Number(before), 'log-likelihood at 0');
      near(fit.logLikelihood.fitted, Number(after), 'log-likelihood');
      const c = /C (\S+) (\S+)/.exec(block);
      if (c && ties !== 'exact') {
        near(fit.concordance.value, Number(c[1]), 'C');
        near(fit.concordanceSe, Number(c[2]), 'C se');
      }
    });

    it.each([
      ['cloglog', 'single covariate'],
      ['logit', 'discrete logit:'],
    ])('facts by epoch: grouped time, %s', async (link, mark) => {
      const [file, ...argv] = facts;
      const fit = await json<{ terms: { name: string; beta: number; se: number; z: number; p: number }[] }>(
        link,
        data(file!),
        ...argv,
      );
      const block = factsText().split(mark)[1]!;
      const rows = [...block.matchAll(/^(latent|logFreq|logAnn) +(\S+) +(\S+) +(\S+) +(\S+)$/gm)].slice(0, 3);
      expect(rows).toHaveLength(3);
      rows.forEach(([, name, coef, se, z, p], i) => {
        const term = fit.terms[i]!;
        near(term.beta, Number(coef), `${name} coef`);
        near(term.se, Number(se), `${name} se`);
        near(term.z, Number(z), `${name} z`);
        near(term.p, Number(p), `${name} p`, 1e-4);
      });
    });

    it('log-rank and Peto tests', async () => {
      const blocks = section(' log-rank / Peto')
        .split('survdiff(formula')
        .slice(1, 5)
        .map((block) => block.split('Call:')[0]!);
      const runs = [
        ['lung.csv', 'status', 'sex', '0'],
        ['gehan.csv', 'cens', 'treat', '0'],
        ['lung.csv', 'status', 'sex', '1'],
        ['gehan.csv', 'cens', 'treat', '1'],
      ] as const;
      for (const [i, [file, event, by, rho]] of runs.entries()) {
        const { test, groups } = await json<{ test: Chi; groups: { group: string; n: number; observed: number; expected: number }[] }>(
          'logrank', data(file), '--time', 'time', '--event', event, '--by', by, '--rho', rho); // prettier-ignore
        const rows = [...blocks[i]!.matchAll(/^\S+=(\S+) +(\d+) +(\S+) +(\S+) +(\S+) +(\S+)\s*$/gm)];
        expect(rows).toHaveLength(2);
        for (const [, group, n, observed, expected, , chi] of rows) {
          const found = groups.find((row) => row.group === group)!;
          expect(found.n).toBe(Number(n));
          near(found.observed, Number(observed), `${file} observed`, 1e-6);
          near(found.expected, Number(expected), `${file} expected`, 1e-6);
          near(test.statistic, Number(chi), `${file} chi-square`, 1e-6);
        }
        near(test.p, Number(/p= *(\S+)/.exec(blocks[i]!)![1]), `${file} p`, 1e-4);
      }
      const stratified = await json<{ test: Chi }>(
        'logrank',
        data('lung.csv'),
        '--time',
        'time',
        '--event',
        'status',
        '--by',
        'sex',
        '--strata',
        'inst',
      );
      near(stratified.test.statistic, 8.5244674, 'stratified by institution', 1e-6);
      const epochs = await json<{ test: Chi }>(
        'logrank',
        data('epoch_facts.csv'),
        '--time',
        'epoch',
        '--event',
        'event',
        '--by',
        'latent',
      );
      near(epochs.test.statistic, 133.748, 'facts by epoch', 1e-5);
    });

    it('curves, medians and restricted means', async () => {
      interface Km {
        groups: {
          name: string;
          curve: {
            time: number[];
            survival: number[];
            lo: number[];
            hi: number[];
            median: Record<'value' | 'lo' | 'hi', number | null>;
          };
          mean: { value: number; standardError: number } | null;
          hazard: { time: number[]; hazard: number[]; standardError: number[] } | null;
        }[];
      }
      const blocks = section(' log-rank / Peto').split('Call: survfit');
      for (const [interval, at] of [
        ['log', 2],
        ['log-log', 4],
        ['plain', 6],
      ] as const) {
        const { groups } = await json<Km>(
          'km',
          data('gehan.csv'),
          '--time',
          'time',
          '--event',
          'cens',
          '--by',
          'treat',
          '--interval',
          interval,
        );
        for (const part of blocks[at]!.split('treat=').slice(-2)) {
          const group = groups.find(({ name }) => name === `treat=${part.split(/\s/)[0]}`)!;
          for (const [, time, , , survival, , lo, hi] of part.matchAll(
            /^ +(\d+) +(\d+) +(\d+) +(\S+) +(\S+) +(\S+) +(\S+)\s*$/gm,
          )) {
            const row = group.curve.time.indexOf(Number(time));
            expect(group.curve.survival[row]).toBeCloseTo(Number(survival), 7);
            if (Number(survival) === 0) continue;
            expect(group.curve.lo[row]).toBeCloseTo(Number(lo), 7);
            expect(group.curve.hi[row]).toBeCloseTo(Number(hi), 7);
          }
        }
      }
      const lung = await json<Km>(
        'km',
        data('lung.csv'),
        '--time',
        'time',
        '--event',
        'status',
        '--by',
        'sex',
        '--tau',
        '365',
      );
      expect(lung.groups.map(({ curve }) => curve.median)).toEqual([
        { value: 270, lo: 212, hi: 310 },
        { value: 426, lo: 348, hi: 550 },
      ]);
      near(lung.groups[0]!.mean!.value, 241.49509, 'restricted mean', 1e-7);
      near(lung.groups[0]!.mean!.standardError, 10.358226, 'its se', 1e-7);
      near(lung.groups[1]!.mean!.value, 297.46541, 'restricted mean', 1e-7);
      near(lung.groups[1]!.mean!.standardError, 10.791324, 'its se', 1e-7);
      const facts = await json<Km>(
        'km',
        data('epoch_facts.csv'),
        '--time',
        'epoch',
        '--event',
        'event',
        '--by',
        'latent',
      );
      expect(facts.groups.map(({ curve }) => curve.median)).toEqual([
        { value: 12, lo: 11, hi: 13 },
        { value: 6, lo: 5, hi: 7 },
      ]);
      const gehan = await json<Km>('km', data('gehan.csv'), '--time', 'time', '--event', 'cens', '--by', 'treat');
      expect(gehan.groups.map(({ curve }) => curve.median.value)).toEqual([23, 8]);
    });

    it('degradation of unseen facts', async () => {
      const fit = await json<CoxDocument>(
        'cox',
        data('degradation.csv'),
        '--time',
        'epoch',
        '--event',
        'event',
        '--covariates',
        'unseen',
      );
      near(fit.terms[0]!.beta, 1.601924653, 'unseen', 1e-6);
      near(fit.terms[0]!.se, 0.3008978, 'its se', 1e-6);
      const { test } = await json<{ test: Chi }>(
        'logrank',
        data('degradation.csv'),
        '--time',
        'epoch',
        '--event',
        'event',
        '--by',
        'unseen',
      );
      near(test.statistic, 34.3108243, 'log-rank', 1e-6);
    });
  },
);

describeWithShared('paired and other references', ['statistics/anchors.txt'], () => {
  const text = readFileSync(data('anchors.txt'), 'utf8').split('## paired/other anchors')[1]!;

  it('McNemar, Wilson, Clopper–Pearson, Fisher, Holm and Benjamini–Hochberg', async () => {
    const first = await json<{ exact: { p: number }; corrected: Chi; plain: Chi }>('mcnemar', '--counts', '59,121');
    const [corrected, plain] = [...text.matchAll(/chi-squared = (\S+), df = 1, p-value = (\S+)/g)];
    near(first.corrected.statistic, Number(corrected![1]), 'corrected', 1e-7);
    near(first.corrected.p, Number(corrected![2]), 'corrected p', 1e-4);
    near(first.plain.statistic, Number(plain![1]), 'plain', 1e-7);
    near(first.plain.p, Number(plain![2]), 'plain p', 1e-4);
    const numbers = [...text.matchAll(/^\s*\[\d+\] (.+)$/gm)].map(([, list]) => list!.trim().split(/\s+/).map(Number));
    near(first.exact.p, numbers[0]![0]!, 'exact', 1e-8);
    near((await json<{ exact: { p: number } }>('mcnemar', '--counts', '6,10')).exact.p, numbers[1]![0]!, 'exact', 1e-8);
    const holm = async (p: string) => (await json<{ adjusted: number[] }>('holm', '--p', p)).adjusted;
    (await holm('0.01,0.02,0.03,0.04,0.05')).forEach((p, i) => near(p, numbers[2]![i]!, 'Holm', 1e-9));
    (await holm('0.01,0.04,0.03,0.005')).forEach((p, i) => near(p, [0.03, 0.06, 0.06, 0.02][i]!, 'Holm', 1e-9));
    const { wilson, clopperPearson } = await json<Record<'wilson' | 'clopperPearson', { lo: number; hi: number }>>(
      'proportion',
      '--counts',
      '405,500',
    );
    const pairs = [...text.matchAll(/^\[1\] (0\.77\d+) (0\.84\d+)$/gm)].map(([, lo, hi]) => [Number(lo), Number(hi)]);
    near(wilson.lo, pairs[0]![0]!, 'Wilson');
    near(wilson.hi, pairs[0]![1]!, 'Wilson');
    near(clopperPearson.lo, pairs[1]![0]!, 'Clopper–Pearson');
    near(clopperPearson.hi, pairs[1]![1]!, 'Clopper–Pearson');
    near((await json<{ p: number }>('fisher', '--counts', '20,3,380,397')).p, 0.0004087059361, 'Fisher', 1e-7);
  });

  it('Mann–Whitney with its AUC, and Wilcoxon', async () => {
    const two = await place('two.csv');
    const rows = [1.1, 2.2, 3.3, 4.1, 5, 6.2]
      .map((v) => `${v},z`)
      .concat([0.9, 2.5, 3.9, 4.4, 6.1].map((v) => `${v},a`));
    await writeFile(two, `v,g\n${rows.join('\n')}\n`);
    const { test, auc } = await json<{ test: { u: number; p: number }; auc: { value: number } }>(
      'mannwhitney',
      two,
      '--value',
      'v',
      '--by',
      'g',
    );
    expect(test.u).toBe(16);
    near(test.p, 0.9307359307, 'Mann–Whitney', 1e-9);
    near(auc.value, 0.5333333333, 'AUC', 1e-9);
    const paired = await place('paired.csv');
    const [x, y] = [
      [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3],
      [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29],
    ];
    await writeFile(paired, `x,y\n${x!.map((v, i) => `${v},${y![i]}`).join('\n')}\n`);
    const wilcoxon = await json<{ statistic: number; p: number }>(
      'wilcoxon',
      paired,
      '--x',
      'x',
      '--y',
      'y',
      '--alternative',
      'greater',
    );
    expect(wilcoxon.statistic).toBe(40);
    near(wilcoxon.p, 0.01953125, 'Wilcoxon', 1e-12);
  });
});
