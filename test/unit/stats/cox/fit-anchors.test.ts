/** Cox fits against R's printed output on published data sets. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { coxFit } from '../../../../src/stats/cox/fit';
import type { CoxData, CoxFit, CoxOptions, Ties } from '../../../../src/stats/cox/types';
import { describeWithShared, hasShared, sharedPath } from '../../../helpers/shared';
import { expectAll } from './goldens';

type Row = Record<string, string>;

function table(file: string): Row[] {
  const cells = (line: string): string[] => line.split(',').map((cell) => cell.replaceAll('"', ''));
  const [header, ...lines] = readFileSync(sharedPath('statistics', file), 'utf8').trim().split('\n');
  const names = cells(header!);
  return lines.map((line) => Object.fromEntries(cells(line).map((cell, i) => [names[i]!, cell])));
}

function cox(rows: Row[], time: string, event: (row: Row) => boolean, names: string[]): CoxData {
  return {
    time: rows.map((row) => Number(row[time])),
    event: rows.map(event),
    x: Float64Array.from(rows.flatMap((row) => names.map((name) => Number(row[name])))),
    names,
  };
}

const lung = (): CoxData =>
  cox(
    table('lung.csv').filter((row) => row['ph.ecog'] !== '' && row['ph.ecog'] !== 'NA'),
    'time',
    (row) => row.status === '2',
    ['age', 'sex', 'ph.ecog'],
  );
const rossi = (names = ['fin', 'age', 'race', 'wexp', 'mar', 'paro', 'prio']): CoxData =>
  cox(table('rossi.csv'), 'week', (row) => row.arrest === '1', names);
const gehanRows = (): Row[] => table('gehan.csv').map((row) => ({ ...row, six: row.treat === '6-MP' ? '1' : '0' }));
const gehan = (): CoxData => cox(gehanRows(), 'time', (row) => row.cens === '1', ['six']);
const facts = (): CoxData =>
  cox(table('epoch_facts.csv'), 'epoch', (row) => row.event === '1', ['latent', 'logFreq', 'logAnn']);
const test1: CoxData = {
  time: [9, 1, 1, 6, 6, 8],
  event: [1, 1, 0, 1, 1, 0],
  x: Float64Array.of(0, 1, 1, 1, 0, 0),
  names: ['x'],
};
const test2: CoxData = {
  start: [1, 2, 5, 2, 1, 7, 3, 4, 8, 8],
  time: [2, 3, 6, 7, 8, 9, 9, 9, 14, 17],
  event: [1, 1, 1, 1, 1, 1, 1, 0, 0, 0],
  x: Float64Array.of(1, 0, 0, 1, 0, 1, 1, 1, 0, 0),
  names: ['x'],
};

/** What R prints: one line per term, a line of log-likelihoods and a line per test (statistic, df, p). */
interface Printed {
  coefficients: Record<string, number[]>;
  limits: Record<string, number[]>;
  logLikelihood: number[];
  tests: Record<'LRT' | 'Wald' | 'Score', number[]>;
}

function printed(heading: string): Printed {
  const text = readFileSync(sharedPath('statistics', 'anchors.txt'), 'utf8');
  const from = text.indexOf(heading);
  if (from < 0) throw new Error(`No ${heading} in anchors.txt`);
  const block = text.slice(from).split('\n##')[0]!.split('\n').slice(1);
  const out: Printed = { coefficients: {}, limits: {}, logLikelihood: [], tests: { LRT: [], Wald: [], Score: [] } };
  let into: Record<string, number[]> | null = null;
  for (const line of block) {
    const words = line.trim().split(/\s+/);
    const [label, ...rest] = words;
    if (label === 'coef') into = out.coefficients;
    else if (line.includes('lower .95')) into = out.limits;
    else if (label === 'loglik0,1:') out.logLikelihood = rest.map(Number);
    else if (label === 'LRT:' || label === 'Wald:' || label === 'Score:') {
      out.tests[label.slice(0, -1) as keyof Printed['tests']] = rest.map(Number);
      into = null;
    } else if (into !== null && rest.length >= 4)
      into[label!] = rest.map((word) => (word === 'Inf' ? Infinity : Number(word)));
  }
  return out;
}

function expectPrinted(fit: CoxFit, heading: string): void {
  const { coefficients, limits, logLikelihood, tests } = printed(heading);
  expect(Object.keys(coefficients)).toEqual(fit.data.names);
  for (const term of fit.terms) {
    const columns = coefficients[term.name]!;
    // With a robust error R prints both.
    const [beta, ratio, modelSe] = columns as [number, number, number];
    const [se, z, p] = columns.slice(-3) as [number, number, number];
    expectAll(
      [term.beta!, term.hazardRatio!.value, term.modelSe!, term.se!],
      [beta, ratio, modelSe, se],
      1e-6,
      term.name,
    );
    expectAll([term.z!], [z], 1e-6, `z of ${term.name}`);
    expectAll([term.p!], [p], 1e-4, `p of ${term.name}`);
    expectAll(
      [term.hazardRatio!.lo, term.hazardRatio!.hi],
      limits[term.name]!.slice(-2),
      1e-6,
      `limits of ${term.name}`,
    );
  }
  expectAll([fit.logLikelihood.null, fit.logLikelihood.fitted], logLikelihood, 1e-6, 'log-likelihood');
  const { likelihoodRatio, wald, score } = fit.tests;
  const exactTests: [string, typeof score, number[]][] = [
    ['likelihood ratio', likelihoodRatio, tests.LRT],
    ['score', score, tests.Score],
  ];
  for (const [name, test, [statistic, df, p]] of exactTests) {
    expectAll([test.statistic, test.df], [statistic!, df!], 1e-6, name);
    expectAll([test.p], [p!], 1e-4, `p of ${name}`);
  }
  // R prints Wald's statistic to two digits.
  expect(wald.statistic).toBeCloseTo(tests.Wald[0]!, 1);
  expect(Math.abs(wald.statistic - tests.Wald[0]!)).toBeLessThanOrEqual(0.005 + 1e-9);
  expectAll([wald.p], [tests.Wald[2]!], 1e-4, 'p of Wald');
}

const both: Ties[] = ['efron', 'breslow'];

describeWithShared('Cox fits as R prints them', 'statistics/anchors.txt', () => {
  const cases: [string, string, () => CoxData, CoxOptions][] = [
    ...both.map((ties): [string, string, () => CoxData, CoxOptions] => [
      `lung, ${ties}`,
      `##lung age+sex+ph.ecogn=227 events=164 ties=${ties}`,
      lung,
      { ties },
    ]),
    ...both.map((ties): [string, string, () => CoxData, CoxOptions] => [
      `recidivism, ${ties}`,
      `##rossi 7covn=432 events=114 ties=${ties}`,
      rossi,
      { ties },
    ]),
    ['recidivism, exact', '##rossi exactn=432 events=114 ties=exact', rossi, { ties: 'exact' }],
    ['recidivism, robust', '##rossi robustn=432 events=114 ties=efron', rossi, { robust: true }],
    ...(['efron', 'breslow', 'exact'] as const).map((ties): [string, string, () => CoxData, CoxOptions] => [
      `leukaemia, ${ties}`,
      `##freireich(gehan) treat=6-MPn=42 events=30 ties=${ties}`,
      gehan,
      { ties },
    ]),
    [
      'leukaemia in pairs',
      '##freireich strata(pair)n=42 events=30 ties=efron',
      () => ({ ...gehan(), strata: gehanRows().map((row) => row.pair!) }),
      {},
    ],
    ...both.map((ties): [string, string, () => CoxData, CoxOptions] => [
      `six rows, ${ties}`,
      `##Therneau test1n=6 events=4 ties=${ties}`,
      () => test1,
      { ties },
    ]),
    ...both.map((ties): [string, string, () => CoxData, CoxOptions] => [
      `intervals, ${ties}`,
      `##Therneau test2 (counting process)n=10 events=7 ties=${ties}`,
      () => test2,
      { ties },
    ]),
    ...(['efron', 'breslow', 'exact'] as const).map((ties): [string, string, () => CoxData, CoxOptions] => [
      `facts by epoch, ${ties}`,
      `\n ${ties} \n`,
      facts,
      { ties },
    ]),
  ];

  it.each(cases)('%s', (_, heading, data, options) => {
    if (heading.startsWith('##')) expectPrinted(coxFit(data(), options), heading);
    else expectFacts(coxFit(data(), options), heading);
  });

  it('an exact fit without a maximum settles at the same likelihood and says so', () => {
    const fit = coxFit(test1, { ties: 'exact' });
    const { logLikelihood, tests } = printed('##Therneau test1n=6 events=4 ties=exact');
    expectAll([fit.logLikelihood.null, fit.logLikelihood.fitted], logLikelihood, 1e-6, 'log-likelihood');
    expectAll([fit.tests.score.statistic], [tests.Score[0]!], 1e-6, 'score');
    expect(fit.warnings.map(({ code }) => code)).toContain('monotone-likelihood');
  });

  it('leukaemia with the pair as a cluster', () => {
    const fit = coxFit({ ...gehan(), cluster: gehanRows().map((row) => row.pair!) });
    expectAll([fit.terms[0]!.robustSe!], [0.3911362], 2e-7, 'robust error');
  });

  it('recidivism in strata of work experience', () => {
    const names = ['fin', 'age', 'race', 'mar', 'paro', 'prio'];
    const strata = table('rossi.csv').map((row) => row.wexp!);
    expectAll([coxFit({ ...rossi(names), strata }).beta[0]!], [-0.3801540988], 1e-6, 'coefficient');
  });

  it('facts by epoch with the latent covariate alone', () => {
    const data = facts();
    const latent = Float64Array.from(data.x.filter((__, k) => k % 3 === 0));
    expectAll([coxFit({ ...data, x: latent, names: ['latent'] }).beta[0]!], [1.040701461], 1e-6, 'coefficient');
  });

  it.skipIf(!hasShared('statistics/degradation.csv'))('degradation of unseen facts', () => {
    const data = cox(table('degradation.csv'), 'epoch', (row) => row.event === '1', ['unseen']);
    const [term] = coxFit(data).terms;
    expectAll([term!.beta!, term!.se!], [1.601924653, 0.3008978], 1e-6, 'unseen');
  });
});

/** The block of the facts names its log-likelihoods differently and prints no tests. */
function expectFacts(fit: CoxFit, heading: string): void {
  const text = readFileSync(sharedPath('statistics', 'anchors.txt'), 'utf8');
  const from = text.indexOf(heading, text.indexOf('## synthetic facts by epoch'));
  const lines = text.slice(from).trimStart().split('\n').slice(1);
  for (const term of fit.terms) {
    const found = lines.filter((line) => line.startsWith(`${term.name} `)).slice(0, 2);
    const [first, second] = found.map((line) => line.trim().split(/\s+/).slice(1).map(Number));
    const { beta, se, z, hazardRatio, p } = term;
    expectAll([beta!, hazardRatio!.value, se!, z!], first!.slice(0, 4), 1e-6, term.name);
    expectAll([p!], first!.slice(4), 1e-4, `p of ${term.name}`);
    expectAll([hazardRatio!.lo, hazardRatio!.hi], second!.slice(-2), 1e-6, `limits of ${term.name}`);
  }
  const logLikelihood = lines
    .find((line) => line.startsWith('loglik'))!
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  expectAll([fit.logLikelihood.null, fit.logLikelihood.fitted], logLikelihood, 1e-6, 'log-likelihood');
}
