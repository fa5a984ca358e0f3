/** Published reference output of R, number by number as it is printed there, through the command line. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import { useTemporaryFolder } from '../../helpers/temporary';

const place = useTemporaryFolder();
const data = (file: string) => sharedPath('statistics', file);
let compared = 0;

async function json<T>(...argv: string[]): Promise<T> {
  const terminal = new FakeTerminal();
  expect(await main(['stats', ...argv, '--json'], terminal), terminal.stderr.join('\n')).toBe(0);
  return JSON.parse(terminal.stdout.join('\n')) as T;
}

async function table(name: string, header: string, rows: readonly (readonly (string | number)[])[]): Promise<string> {
  const file = await place(name);
  await writeFile(file, `${header}\n${rows.map((row) => row.join(',')).join('\n')}\n`);
  return file;
}

interface Chi {
  statistic: number;
  df: number;
  p: number;
}
interface Interval {
  value: number;
  lo: number;
  hi: number | string;
}
interface Term extends Record<'beta' | 'se' | 'modelSe' | 'z' | 'p', number> {
  name: string;
  hazardRatio: Interval;
}
interface CoxDocument {
  terms: Term[];
  n: number;
  events: number;
  logLikelihood: { null: number; fitted: number };
  tests: { likelihoodRatio: Chi; wald: Chi; score: Chi };
  concordance: { value: number };
  concordanceSe: number;
  warnings: { code: string }[];
}

const P = 1e-4;
/** Six digits or more were printed; fewer are all there are, their zeros left out. */
const COARSEST = 5e-6;

/** Half a unit of the last digit that was printed, relative to the number. */
function printed(text: string): number {
  const [mantissa, exponent = '0'] = text.split('e') as [string, string?];
  const decimals = (mantissa.split('.')[1] ?? '').length;
  return Math.min(COARSEST, (0.5 * 10 ** (Number(exponent) - decimals)) / Math.abs(Number(text)));
}

/** Relative to 1e-6, or to as many digits as were printed. */
function near(actual: number | string | null | undefined, expected: number | string, what: string, tolerance = 1e-6) {
  const number = Number(expected);
  const allowed = Math.max(tolerance, typeof expected === 'string' ? 1.001 * printed(expected) : 0);
  compared += 1;
  if (number === 0 || !Number.isFinite(number)) {
    expect(Number(actual), what).toBe(number);
    return;
  }
  const gap = Math.abs(Number(actual) - number) / Math.abs(number);
  expect(gap, `${what}: ${actual} against ${expected}`).toBeLessThanOrEqual(allowed);
}

/** Rows of numbers under names, block after block: every table that R printed. */
function tables(section: string): { header: string; rows: Map<string, string[]> }[] {
  const found: { header: string; rows: Map<string, string[]> }[] = [];
  for (const line of section.split('\n')) {
    const match = /^(\S+)((?:\s+(?:-?[\d.]+(?:e[-+]\d+)?|Inf|NaN|NA))+)\s*$/.exec(line);
    if (match && found.length > 0) found.at(-1)!.rows.set(match[1]!, match[2]!.trim().split(/\s+/));
    else if (line.trim() !== '') found.push({ header: line.trim(), rows: new Map() });
  }
  return found;
}

/** A table of coefficients: `coef exp(coef) se(coef) [robust se] z p`. */
function compareCoefficients(terms: readonly Term[], { header, rows }: ReturnType<typeof tables>[number]) {
  expect(rows.size).toBe(terms.length);
  [...rows].forEach(([name, [coef, ratio, se, ...others]], i) => {
    const term = terms[i]!;
    const robust = header.includes('robust se');
    const [z, p] = others.slice(robust ? 1 : 0);
    near(term.beta, coef!, `${name} coef`);
    near(term.hazardRatio.value, ratio!, `${name} ratio`);
    near(robust ? term.modelSe : term.se, se!, `${name} se`);
    if (robust) near(term.se, others[0]!, `${name} robust se`);
    near(term.z, z!, `${name} z`);
    near(term.p, p!, `${name} p`, P);
  });
}

/** A table of ratios: `exp(coef) exp(-coef) lower upper`. */
function compareRatios(terms: readonly Term[], { header, rows }: ReturnType<typeof tables>[number]) {
  expect(header).toContain('lower .95');
  [...rows].forEach(([name, [ratio, inverse, lo, hi]], i) => {
    const { hazardRatio } = terms[i]!;
    near(hazardRatio.value, ratio!, `${name} ratio`);
    near(1 / hazardRatio.value, inverse!, `${name} inverse`);
    near(hazardRatio.lo, lo!, `${name} lower`);
    near(hazardRatio.hi, hi!, `${name} upper`);
  });
}

async function compareZph(argv: readonly string[], transform: string, rows: ReadonlyMap<string, string[]>) {
  const document = await json<{ tests: { test: Chi }[]; global: Chi }>('zph', ...argv, '--transform', transform);
  const found = [...document.tests.map(({ test }) => test), document.global];
  expect(rows.size).toBe(found.length);
  [...rows].forEach(([name, [statistic, df, p]], i) => {
    near(found[i]!.statistic, statistic!, `zph ${transform} ${name}`);
    expect(found[i]!.df).toBe(Number(df));
    near(found[i]!.p, p!, `zph ${transform} ${name} p`, P);
  });
}

const ROSSI = ['rossi.csv', '--time', 'week', '--event', 'arrest', '--covariates', 'fin,age,race,wexp,mar,paro,prio'];
const GEHAN = ['gehan.csv', '--time', 'time', '--event', 'cens', '--factor', 'treat=control'];
const LUNG = ['lung.csv', '--time', 'time', '--event', 'status', '--covariates', 'age,sex,ph.ecog'];
const FACTS = ['epoch_facts.csv', '--time', 'epoch', '--event', 'event', '--covariates', 'latent,logFreq,logAnn'];
const TEST1 = ['test1.csv', '--time', 'time', '--event', 'status', '--covariates', 'x'];
const TEST2 = ['test2.csv', '--time', 'stop', '--start', 'start', '--event', 'event', '--covariates', 'x'];

/** By the beginning of the section's title. */
const MODELS: [title: string, argv: string[]][] = [
  ['lung age+sex+ph.ecog', LUNG],
  ['rossi 7cov', ROSSI],
  ['rossi exact', ROSSI],
  ['rossi robust', [...ROSSI, '--robust']],
  ['freireich(gehan) treat=6-MP', GEHAN],
  ['freireich strata(pair)', [...GEHAN, '--strata', 'pair']],
  ['Therneau test1', TEST1],
  ['Therneau test2 (counting process)', TEST2],
];

const OWN_TABLES: Record<string, string> = {
  'test1.csv': 'time,status,x\n9,1,0\n1,1,1\n1,0,1\n6,1,1\n6,1,0\n8,0,0\n',
  'test2.csv':
    'start,stop,event,x\n1,2,1,1\n2,3,1,0\n5,6,1,0\n2,7,1,1\n1,8,1,0\n7,9,1,1\n3,9,1,1\n4,9,0,1\n8,14,0,0\n8,17,0,0\n',
};

async function located([file, ...argv]: readonly string[]): Promise<string[]> {
  const own = OWN_TABLES[file!];
  if (own === undefined) return [data(file!), ...argv];
  await writeFile(await place(file!), own);
  return [await place(file!), ...argv];
}

const FILES = ['anchors.txt', 'rossi.csv', 'lung.csv', 'gehan.csv', 'epoch_facts.csv', 'degradation.csv'];

describeWithShared(
  'the reference output of R',
  FILES.map((file) => `statistics/${file}`),
  () => {
    const text = readFileSync(data('anchors.txt'), 'utf8');
    const sections = text.split(/^##/m).slice(1);
    const section = (title: string) => sections.find((part) => part.trimStart().startsWith(title))!;
    const coxSections = sections.filter((part) => /^\S.*n=\d+ events=\d+ ties=/.test(part));
    const curves = section('log-rank / Peto');
    const facts = section('synthetic facts by epoch');

    it('has every section that is compared here', () => {
      expect(coxSections).toHaveLength(15);
      expect([curves, facts, section('paired/other anchors')]).not.toContain(undefined);
    });

    it.each(coxSections.map((part) => [part.slice(0, part.indexOf('\n')), part]))('Cox: %s', async (title, part) => {
      const [, name, n, events, ties] = /^(.+?)n=(\d+) events=(\d+) ties=(\w+)/.exec(title)!;
      const argv = await located(MODELS.find(([model]) => model === name)![1]);
      argv.push('--ties', ties!);
      const fit = await json<CoxDocument>('cox', ...argv);
      expect([fit.n, fit.events]).toEqual([Number(n), Number(events)]);
      const [coefficients, ratios, ...rest] = tables(part.slice(title.length));
      const all = new Map([coefficients!, ratios!, ...rest].flatMap(({ rows }) => [...rows]));
      for (const key of ['loglik0,1:', 'LRT:', 'Wald:', 'Score:', 'concordance:']) {
        for (const one of [coefficients!, ratios!]) one.rows.delete(key);
      }
      const [before, after] = all.get('loglik0,1:')!;
      near(fit.logLikelihood.null, before!, 'log-likelihood at 0');
      const [score, scoreDf, scoreP] = all.get('Score:')!;
      near(fit.tests.score.statistic, score!, 'score');
      expect(fit.tests.score.df).toBe(Number(scoreDf));
      near(fit.tests.score.p, scoreP!, 'score p', P);
      const [c, se] = all.get('concordance:')!;
      near(fit.concordance.value, c!, 'concordance');
      near(fit.concordanceSe, se!, 'concordance se');
      const diverges = name === 'Therneau test1' && ties === 'exact';
      near(fit.logLikelihood.fitted, after!, 'log-likelihood', diverges ? 1e-5 : 1e-6);
      expect(fit.warnings.some(({ code }) => code === 'monotone-likelihood')).toBe(diverges);
      if (diverges) return; // Where a fit that runs off to infinity was stopped says nothing.
      compareCoefficients(fit.terms, coefficients!);
      compareRatios(fit.terms, ratios!);
      const [ratio, ratioDf, ratioP] = all.get('LRT:')!;
      // A difference of log-likelihoods near each other, itself printed to ten digits.
      near(fit.tests.likelihoodRatio.statistic, ratio!, 'likelihood ratio', 2e-6);
      expect(fit.tests.likelihoodRatio.df).toBe(Number(ratioDf));
      near(fit.tests.likelihoodRatio.p, ratioP!, 'likelihood ratio p', P);
      const [wald, waldDf, waldP] = all.get('Wald:')!;
      expect(fit.tests.wald.statistic.toFixed(2), 'Wald, of which two decimals were kept').toBe(
        Number(wald).toFixed(2),
      );
      expect(fit.tests.wald.df).toBe(Number(waldDf));
      near(fit.tests.wald.p, waldP!, 'Wald p', P);
      for (const block of part.split('cox.zph ').slice(1)) {
        const rows = new Map(tables(block).flatMap((one) => [...one.rows]));
        await compareZph(argv, block.split(' ')[0]!, rows);
      }
    });

    it.each(['efron', 'breslow', 'exact'])('facts by epoch: Cox, %s ties', async (ties) => {
      const argv = [...(await located(FACTS)), '--ties', ties];
      const fit = await json<CoxDocument>('cox', ...argv);
      const block = facts.split(`\n ${ties} \n`)[1]!.split(/\n \w+ \n|\nsingle covariate/)[0]!;
      const [coefficients, ratios, ...rest] = tables(block);
      const after = rest.length > 0 ? rest : [];
      const zph = after.filter(({ header }) => header.startsWith('chisq'));
      const take = (name: string) => /^(\S+) (\S+) (\S+)/.exec(block.slice(block.indexOf(`\n${name} `) + 1))!.slice(2);
      for (const key of ['loglik', 'C']) for (const one of [ratios!, ...zph]) one.rows.delete(key);
      compareCoefficients(fit.terms, coefficients!);
      compareRatios(fit.terms, ratios!);
      const [before, fitted] = take('loglik');
      near(fit.logLikelihood.null, before!, 'log-likelihood at 0');
      near(fit.logLikelihood.fitted, fitted!, 'log-likelihood');
      if (ties === 'exact') return;
      const [c, se] = take('C');
      near(fit.concordance.value, c!, 'C');
      near(fit.concordanceSe, se!, 'C se');
      expect(zph).toHaveLength(ties === 'efron' ? 2 : 0);
      for (const [i, transform] of (['km', 'rank'] as const).entries()) {
        if (zph[i]) await compareZph(argv, transform, zph[i].rows);
      }
    });

    it('facts by epoch: one covariate alone', async () => {
      const [file, time, t, event, e] = await located(FACTS);
      const fit = await json<CoxDocument>('cox', file!, time!, t!, event!, e!, '--covariates', 'latent');
      near(fit.terms[0]!.beta, /single covariate (\S+)/.exec(facts)![1]!, 'latent alone');
    });

    describe.each([
      ['cloglog', 'single covariate'],
      ['logit', 'discrete logit:'],
    ])('facts by epoch: grouped time, %s', (link, mark) => {
      let byEpoch = '';

      beforeAll(async () => {
        const [header, ...rows] = readFileSync(data('epoch_facts.csv'), 'utf8').trim().split('\n');
        expect(header).toBe('"fact","epoch","event","latent","logFreq","logAnn"');
        const spread = rows.flatMap((row) => {
          const [fact, epoch, event, ...others] = row.split(',') as [string, string, string, ...string[]];
          return Array.from({ length: Number(epoch) }, (_, i) => {
            return [fact, i + 1, i + 1 === Number(epoch) ? event : '0', ...others];
          });
        });
        byEpoch = await table(`${link}.csv`, header!, spread);
      });

      it.each(['one row per fact', 'one row per fact and epoch'])('%s', async (kind) => {
        const covariates = ['--event', 'event', '--covariates', 'latent,logFreq,logAnn'];
        const argv = kind.endsWith('epoch') ? [byEpoch, '--epoch'] : [data('epoch_facts.csv'), '--time'];
        const fit = await json<{ events: number; terms: Omit<Term, 'hazardRatio'>[] }>(
          link,
          ...argv,
          'epoch',
          ...covariates,
        );
        expect(fit.events).toBe(Number(/^events (\d+) of 800/m.exec(facts)![1]));
        const { rows } = tables(facts.split(mark)[1]!).find(({ header }) => header.startsWith('Estimate'))!;
        const three = [...rows].slice(0, 3);
        expect(three.map(([name]) => name)).toEqual(fit.terms.map(({ name }) => name));
        three.forEach(([name, [coef, se, z, p]], i) => {
          const term = fit.terms[i]!;
          near(term.beta, coef!, `${name} coef`);
          near(term.se, se!, `${name} se`);
          near(term.z, z!, `${name} z`);
          near(term.p, p!, `${name} p`, P);
        });
      });
    });

    it('log-rank and Peto tests', async () => {
      interface LogRank {
        test: Chi;
        groups: { group: string; n: number; observed: number; expected: number }[];
        variance: number[];
      }
      const blocks = `${curves}\n${facts}`
        .split('survdiff(')
        .slice(1)
        .map((block) => block.split('Call:')[0]!);
      expect(blocks).toHaveLength(5);
      for (const [i, block] of blocks.entries()) {
        const [, time, event, by, set] = /Surv\((\w+), (\w+)\) ~ (\w+), data = (\w+)/.exec(block)!;
        const file = data(set === 'd' ? 'epoch_facts.csv' : `${set}.csv`);
        const rho = i === 2 || i === 3 ? '1' : '0';
        const argv = [file, '--time', time!, '--event', event!, '--by', by!, '--rho', rho];
        const { test, groups, variance } = await json<LogRank>('logrank', ...argv);
        const rows = [...block.matchAll(/^\S+?=(\S+) +(\d+) +(\S+) +(\S+) +(\S+) +(\S+)\s*$/gm)];
        expect(rows).toHaveLength(2);
        for (const [, group, n, observed, expected, overE, overV] of rows) {
          const k = groups.findIndex((row) => row.group === group);
          const found = groups[k]!;
          const gap = (found.observed - found.expected) ** 2;
          expect(found.n).toBe(Number(n));
          near(found.observed, observed!, `${set} observed`);
          near(found.expected, expected!, `${set} expected`);
          near(gap / found.expected, overE!, `${set} (O-E)^2/E`);
          near(gap / variance[3 * k]!, overV!, `${set} (O-E)^2/V`);
          near(test.statistic, overV!, `${set} chi-square`);
        }
        const p = /p= *(<?) ?(\S+)/.exec(block)!;
        if (p[1] === '<') expect(test.p).toBeLessThan(Number(p[2]));
        else near(test.p, p[2]!, `${set} p`, P);
      }
    });

    interface Group extends Record<'n' | 'events', number> {
      name: string;
      median: Record<'value' | 'lo' | 'hi', number | null>;
      curve: Record<'time' | 'survival' | 'lo' | 'hi' | 'atRisk' | 'events', number[]> & {
        standardError: (number | null)[];
      };
      mean: { value: number; standardError: number } | null;
      hazard: Record<'time' | 'hazard' | 'standardError', number[]> | null;
    }
    const km = async (...argv: string[]) => (await json<{ groups: Group[] }>('km', ...argv)).groups;
    const calls = `${curves}\n${facts}`
      .split('survfit(')
      .slice(1)
      .map((block) => block.split(/\n(?=Call:| {6}\[,1\])/)[0]!);
    const gehan = (interval: string) =>
      km(data('gehan.csv'), '--time', 'time', '--event', 'cens', '--by', 'treat', '--interval', interval);
    const missing = (text: string) => (text === 'NA' ? null : Number(text));

    /** `n events [rmean se] median lower upper` of each group. */
    function compareMedians(block: string, groups: readonly Group[]) {
      const rows = [...block.matchAll(/^(\S+=\S+) +([\d.NA ]+)$/gm)];
      expect(rows).toHaveLength(2);
      for (const [, name, list] of rows) {
        const cells = list!.trim().split(/ +/);
        const group = groups.find((one) => one.name === name)!;
        expect([group.n, group.events]).toEqual([Number(cells[0]), Number(cells[1])]);
        const { value, lo, hi } = group.median;
        expect([value, lo, hi], name).toEqual(cells.slice(-3).map(missing));
        compared += 3;
        if (cells.length < 7) continue;
        near(group.mean!.value, cells[2]!, `${name} restricted mean`);
        near(group.mean!.standardError, cells[3]!, `${name} its se`);
      }
    }

    it.each([
      ['log', 0],
      ['log-log', 2],
      ['plain', 4],
    ] as const)('Kaplan–Meier curves and medians, %s interval', async (interval, at) => {
      const groups = await gehan(interval);
      compareMedians(calls[at]!, groups);
      const parts = calls[at + 1]!.split(/\n +treat=/).slice(1);
      expect(parts).toHaveLength(2);
      for (const part of parts) {
        const { name, curve } = groups.find((group) => group.name === `treat=${part.split(/\s/)[0]}`)!;
        const rows = [...part.matchAll(/^ +(\d+) +(\d+) +(\d+) +(\S+) +(\S+) +(\S+) +(\S+)\s*$/gm)];
        expect(rows.length).toBeGreaterThan(6);
        for (const [, time, atRisk, events, survival, se, lo, hi] of rows) {
          const row = curve.time.indexOf(Number(time));
          expect([curve.atRisk[row], curve.events[row]]).toEqual([Number(atRisk), Number(events)]);
          near(curve.survival[row], survival!, `${name} at ${time}`);
          if (Number(survival) === 0) {
            expect(curve.standardError[row]).toBeNull();
            continue;
          }
          near(curve.standardError[row], se!, `${name} se at ${time}`);
          near(curve.lo[row], lo!, `${name} lower at ${time}`);
          near(curve.hi[row], hi!, `${name} upper at ${time}`);
        }
      }
    });

    it('medians and restricted means by sex, medians by latent knowledge', async () => {
      const lung = await km(data('lung.csv'), '--time', 'time', '--event', 'status', '--by', 'sex', '--tau', '365');
      compareMedians(calls[6]!, lung);
      compareMedians(calls[7]!, lung);
      const own = await km(data('epoch_facts.csv'), '--time', 'epoch', '--event', 'event', '--by', 'latent');
      compareMedians(calls[8]!, own);
    });

    it('events of the facts by epoch', async () => {
      const [, times, counts] = /\n((?: +\d+){20}) *\n((?: *\d+){20}) *\n/.exec(facts)!;
      const [all] = await km(data('epoch_facts.csv'), '--time', 'epoch', '--event', 'event');
      const list = (line: string) => line.trim().split(/ +/).map(Number);
      const events = list(times!).map((time) => all!.curve.events[all!.curve.time.indexOf(time)]);
      expect(events).toEqual(list(counts!));
      compared += events.length;
    });

    it('a curve and its cumulative hazard, from rows rebuilt from their numbers at risk', async () => {
      const matrix = (columns: number) =>
        [...curves.matchAll(/^ *\[\d+,\] +(\S.*)$/gm)]
          .map(([, row]) => row!.trim().split(/ +/))
          .filter((row) => row.length === columns);
      const [survival, hazard] = [matrix(7), matrix(3)];
      expect([survival.length, hazard.length]).toEqual([15, 18]);
      const rows = survival.flatMap(([time, atRisk, events], i) => {
        const next = survival[i + 1];
        const until = next ? Number(next[0]) : Infinity;
        const later = hazard.map(([t]) => Number(t)).filter((t) => t > Number(time) && t < until);
        const censored = Number(atRisk) - Number(events) - Number(next?.[1] ?? 0);
        return [
          ...Array.from({ length: Number(events) }, () => [Number(time), 1]),
          ...Array.from({ length: censored }, (_, k) => [later[k] ?? Number(time), 0]),
        ];
      });
      expect(rows).toHaveLength(Number(survival[0]![1]));
      const file = await table('rebuilt.csv', 'time,event', rows);
      const [group] = await km(file, '--time', 'time', '--event', 'event', '--hazard');
      for (const [time, , , value, se, lo, hi] of survival) {
        const row = group!.curve.time.indexOf(Number(time));
        near(group!.curve.survival[row], value!, `survival at ${time}`);
        near(group!.curve.standardError[row], se!, `its se at ${time}`);
        near(group!.curve.lo[row], lo!, `lower at ${time}`);
        near(group!.curve.hi[row], hi!, `upper at ${time}`);
      }
      for (const [time, value, se] of hazard) {
        const row = group!.hazard!.time.indexOf(Number(time));
        near(group!.hazard!.hazard[row], value!, `hazard at ${time}`);
        near(group!.hazard!.standardError[row], se!, `its se at ${time}`);
      }
    });
  },
);

describeWithShared('paired and other references', ['statistics/anchors.txt'], () => {
  const text = readFileSync(data('anchors.txt'), 'utf8').split('## paired/other anchors')[1]!;
  /** Lists that R printed, `[1] …` with what continues them. */
  const lists = [...text.matchAll(/^ *\[1\] (.+(?:\n *\[\d\d\] .+)*)$/gm)].map(([, list]) =>
    list!
      .replaceAll(/\n *\[\d+\]/g, ' ')
      .trim()
      .split(/\s+/),
  );

  it('McNemar', async () => {
    type Document = { exact: { p: number }; corrected: Chi; plain: Chi };
    const first = await json<Document>('mcnemar', '--counts', '59,121');
    const printedTests = [...text.matchAll(/chi-squared = (\S+), df = 1, p-value = (\S+)/g)];
    for (const [i, test] of [first.corrected, first.plain].entries()) {
      near(test.statistic, printedTests[i]![1]!, 'chi-square');
      near(test.p, printedTests[i]![2]!, 'p', P);
    }
    near(first.exact.p, lists[0]![0]!, 'exact p');
    near((await json<Document>('mcnemar', '--counts', '6,10')).exact.p, lists[1]![0]!, 'exact p of 6 in 16');
  });

  it('Holm and Benjamini–Hochberg', async () => {
    const many = [0.0001, 0.004, 0.019, 0.095, 0.201, 0.278, 0.298, 0.344, 0.459, 0.324, 0.426, 0.572, 0.759, 1].join();
    for (const [method, p, expected] of [
      ['holm', '0.01,0.02,0.03,0.04,0.05', lists[2]!],
      ['bh', many, lists[3]!],
      ['holm', '0.01,0.04,0.03,0.005', lists[4]!],
    ] as const) {
      const { adjusted } = await json<{ adjusted: number[] }>(method, '--p', p);
      expect(adjusted).toHaveLength(expected.length);
      adjusted.forEach((value, i) => near(value, expected[i]!, `${method} ${i + 1}`));
    }
  });

  it('Wilson, Clopper–Pearson and Fisher', async () => {
    const shares = await json<Record<'wilson' | 'clopperPearson', Interval>>('proportion', '--counts', '405,500');
    for (const [i, method] of (['wilson', 'clopperPearson'] as const).entries()) {
      const [lo, hi] = lists.filter((list) => list.length === 2)[i]!;
      near(shares[method].lo, lo!, `${method} lower`);
      near(shares[method].hi, hi!, `${method} upper`);
    }
    const fisher = await json<{ test: { p: number } }>('fisher', '--counts', '20,3,380,397');
    near(fisher.test.p, lists.at(-1)![0]!, 'Fisher');
  });

  it('Mann–Whitney with its AUC', async () => {
    const samples = { z: [1.1, 2.2, 3.3, 4.1, 5, 6.2], a: [0.9, 2.5, 3.9, 4.4, 6.1] };
    const rows = Object.entries(samples).flatMap(([group, values]) => values.map((value) => [value, group]));
    const file = await table('two.csv', 'v,g', rows);
    const { test, auc } = await json<{ test: { u: number; p: number }; auc: Interval }>(
      'mannwhitney',
      file,
      '--value',
      'v',
      '--by',
      'g',
    );
    near(test.u, / W \n(\d+)/.exec(text)![1]!, 'W');
    near(test.p, lists[5]![0]!, 'Mann–Whitney p');
    near(auc.value, /AUC= (\S+)/.exec(text)![1]!, 'AUC');
  });

  it('Wilcoxon’s signed ranks', async () => {
    const numbers = (list: string) => list.split(',').map(Number);
    const [x, y] = [.../data: {2}c\((.+)\) and c\((.+)\)/.exec(text)!].slice(1).map((list) => numbers(list));
    const file = await table(
      'paired.csv',
      'x,y',
      x!.map((value, i) => [value, y![i]!]),
    );
    const argv = [file, '--x', 'x', '--y', 'y', '--alternative', 'greater'];
    const { test } = await json<{ test: { statistic: number; p: number } }>('wilcoxon', ...argv);
    const [, v, p] = /V = (\d+), p-value = (\S+)/.exec(text)!;
    near(test.statistic, v!, 'V');
    near(test.p, p!, 'p');
  });
});

describeWithShared('reference numbers beside the output', ['science.md', 'statistics/anchors.txt'], () => {
  const text = readFileSync(sharedPath('science.md'), 'utf8').split('### Reference numbers')[1]!;
  /** The number that follows a name, where the sentence that begins so says it. */
  const stated = (sentence: string, name: string) => {
    const line = text.split('\n').find((one) => one.includes(sentence))!;
    return /-?\d*\.\d*\d/.exec(line.slice(line.indexOf(name, line.indexOf(sentence)) + name.length))![0];
  };
  const firstTerm = async (argv: readonly string[], ...more: string[]) =>
    (await json<CoxDocument>('cox', ...(await located(argv)), ...more)).terms[0]!;

  it('clusters and strata', async () => {
    const clustered = await firstTerm(GEHAN, '--cluster', 'pair');
    near(clustered.se, stated('Freireich/gehan', 'cluster(pair) robust se'), 'clustered se');
    const withoutWexp = ROSSI.map((word) => word.replace('wexp,', ''));
    near(
      (await firstTerm(withoutWexp, '--strata', 'wexp')).beta,
      stated('rossi (n 432', 'strata(wexp) fin'),
      'fin within strata',
    );
    const argv = [data('lung.csv'), '--time', 'time', '--event', 'status', '--by', 'sex', '--strata', 'inst'];
    const { test } = await json<{ test: Chi }>('logrank', ...argv);
    near(test.statistic, stated('lung age', 'strat(inst)'), 'log-rank within institutions');
  });

  it('degradation of unseen facts', async () => {
    const columns = [data('degradation.csv'), '--time', 'epoch', '--event', 'event'];
    const [term] = (await json<CoxDocument>('cox', ...columns, '--covariates', 'unseen')).terms;
    near(term!.beta, stated('degradation.csv', 'unseen'), 'unseen');
    near(term!.se, stated('degradation.csv', '(se'), 'its se');
    const { test } = await json<{ test: Chi }>('logrank', ...columns, '--by', 'unseen');
    near(test.statistic, stated('degradation.csv', 'log-rank'), 'log-rank');
  });
});

describeWithShared('all of them together', ['science.md', ...FILES.map((file) => `statistics/${file}`)], () => {
  it('are as many as the files print: fewer would mean that they are read otherwise than written', () => {
    expect(compared).toBeGreaterThanOrEqual(1275);
  });
});
