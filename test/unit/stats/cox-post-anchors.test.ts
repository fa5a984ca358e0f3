/** Concordance and tests of proportional hazards on real data sets, against R's printed results. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { coxConcordance } from '../../../src/stats/cox/concordance';
import { coxFit } from '../../../src/stats/cox/fit';
import type { CoxFit, Ties } from '../../../src/stats/cox/types';
import { proportionalHazardsTest } from '../../../src/stats/cox/zph';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import { expectRelative } from './goldens';

const FOLDER = 'statistics';

function table(file: string): Record<string, string>[] {
  const lines = readFileSync(sharedPath(FOLDER, file), 'utf8').trim().split(/\r?\n/);
  const cells = (line: string): string[] => line.split(',').map((cell) => cell.replaceAll('"', ''));
  const header = cells(lines[0]!);
  return lines.slice(1).map((line) => Object.fromEntries(cells(line).map((cell, i) => [header[i]!, cell])));
}

type Row = Record<string, string>;

function fit(
  rows: Row[],
  names: string[],
  time: string,
  isEvent: (row: Row) => boolean,
  ties: Ties,
  strata?: string,
): CoxFit {
  const whole = rows.filter((row) => names.every((name) => row[name] !== ''));
  return coxFit(
    {
      time: whole.map((row) => Number(row[time])),
      event: whole.map(isEvent),
      x: Float64Array.from(whole.flatMap((row) => names.map((name) => Number(row[name])))),
      names,
      ...(strata && { strata: whole.map((row) => row[strata]!) }),
    },
    { ties, tolerance: 1e-12 },
  );
}

/** The lines of a section of R's output, from its heading to the next. */
function section(heading: string): string[] {
  const lines = readFileSync(sharedPath(FOLDER, 'anchors.txt'), 'utf8').split('\n');
  const from = lines.findIndex((line) => line.startsWith(heading));
  expect(from, `no section ${heading}`).toBeGreaterThanOrEqual(0);
  const length = lines.slice(from + 1).findIndex((line) => line.startsWith('##'));
  return lines.slice(from + 1, from + 1 + length);
}

const numbersOf = (line: string): number[] => line.trim().split(/\s+/).map(Number).filter(Number.isFinite);

function expectConcordance(model: CoxFit, [value, standardError]: number[]): void {
  const ours = coxConcordance(model);
  expectRelative(ours.estimate!.value, value!, 1e-6, 'C');
  expectRelative(ours.standardError!, standardError!, 1e-6, 'SE of C');
}

/** Rows of chi-square, df, p: one per covariate, then the global one. */
function expectTests(model: CoxFit, transform: 'km' | 'rank' | 'identity' | 'log', rows: number[][]): void {
  const { tests, global } = proportionalHazardsTest(model, { transform });
  const ours = [...tests.map(({ test }) => test!), global!];
  ours.forEach(({ statistic, df, p }, k) => {
    const [chisq, theirDf, theirP] = rows[k]!;
    expectRelative(statistic, chisq!, 1e-6, `${transform} ${k}`);
    expect(df).toBe(theirDf);
    expectRelative(p, theirP!, 1e-6, `${transform} p ${k}`);
  });
}

const rossi = ['fin', 'age', 'race', 'wexp', 'mar', 'paro', 'prio'];
const hasArrest = (row: Row): boolean => row.arrest === '1';
const isDead = (row: Row): boolean => row.status === '2';
const hasRelapsed = (row: Row): boolean => row.cens === '1';
const treated = (): Row[] => table('gehan.csv').map((row) => ({ ...row, six: row.treat === '6-MP' ? '1' : '0' }));
const lung = (ties: Ties): CoxFit => fit(table('lung.csv'), ['age', 'sex', 'ph.ecog'], 'time', isDead, ties);
const gehan = (ties: Ties, strata?: string): CoxFit => fit(treated(), ['six'], 'time', hasRelapsed, ties, strata);

describeWithShared('after a Cox fit, real data give R’s numbers', FOLDER, () => {
  const models: [string, () => CoxFit][] = [
    ['##lung age+sex+ph.ecogn=227 events=164 ties=efron', () => lung('efron')],
    ['##lung age+sex+ph.ecogn=227 events=164 ties=breslow', () => lung('breslow')],
    ...(['efron', 'breslow'] as const).map((ties): [string, () => CoxFit] => [
      `##rossi 7covn=432 events=114 ties=${ties}`,
      () => fit(table('rossi.csv'), rossi, 'week', hasArrest, ties),
    ]),
    ['##rossi exactn=432', () => fit(table('rossi.csv'), rossi, 'week', hasArrest, 'exact')],
    ['##freireich(gehan) treat=6-MPn=42 events=30 ties=efron', () => gehan('efron')],
    ['##freireich(gehan) treat=6-MPn=42 events=30 ties=breslow', () => gehan('breslow')],
    ['##freireich strata(pair)', () => gehan('efron', 'pair')],
  ];

  it.each(models)('%s', (heading, make) => {
    const model = make();
    const lines = section(heading);
    const line = lines.find((each) => each.startsWith('concordance:'))!;
    expectConcordance(model, numbersOf(line));
    for (const transform of ['km', 'rank', 'identity', 'log'] as const) {
      const at = lines.indexOf(`cox.zph ${transform} :`);
      if (at < 0) continue;
      expectTests(model, transform, lines.slice(at + 2, at + 3 + model.beta.length).map(numbersOf));
    }
  });

  it('sections with tests of proportional hazards were found', () => {
    const tested = models.filter(([heading]) => section(heading).includes('cox.zph km :'));
    expect(tested.length).toBeGreaterThanOrEqual(3);
  });

  it.each(['efron', 'breslow'] as const)('synthetic facts by epoch, %s', (ties) => {
    const names = ['latent', 'logFreq', 'logAnn'];
    const model = fit(table('epoch_facts.csv'), names, 'epoch', (row) => row.event === '1', ties);
    const lines = section('## synthetic facts by epoch');
    const from = lines.findIndex((line) => line.trim() === ties);
    const own = lines.slice(from);
    const line = own.findIndex((each) => each.startsWith('C '));
    expectConcordance(model, numbersOf(own[line]!));
    if (ties !== 'efron') return;
    const heads = own.flatMap((each, k) => (/^\s+chisq df\s+p$/.test(each) ? [k] : []));
    expectTests(model, 'km', own.slice(heads[0]! + 1, heads[0]! + 5).map(numbersOf));
    expectTests(model, 'rank', own.slice(heads[1]! + 1, heads[1]! + 5).map(numbersOf));
  });
});
