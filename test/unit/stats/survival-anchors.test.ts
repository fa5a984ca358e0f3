/** R's printed reference output for curves, log-rank tests and grouped time, from code: every column, to the digits printed. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { groupedTimeFit } from '../../../src/stats/grouped';
import { greenwoodErrors, kaplanMeier, kaplanMeierBy, nelsonAalen, restrictedMean } from '../../../src/stats/km';
import { logRank } from '../../../src/stats/logrank';
import { describeWithShared, sharedPath } from '../../helpers/shared';

const read = (file: string) => readFileSync(sharedPath('statistics', file), 'utf8');
const table = (file: string) => {
  const [header, ...lines] = read(file).trim().replaceAll('"', '').split('\n');
  const names = header!.split(',');
  const cells = lines.map((line) => line.split(','));
  return (name: string) => cells.map((row) => row[names.indexOf(name)]!);
};
const numbers = (values: readonly string[]) => values.map(Number);

/** Relative to 1e-6, or half a unit of the last digit printed where that is coarser. */
function near(actual: number, printed: string, what: string) {
  const expected = Number(printed);
  const [digits, exponent = '0'] = printed.split('e') as [string, string?];
  const unit = 10 ** (Number(exponent) - (digits.split('.')[1]?.length ?? 0));
  const allowed = Math.max(1e-6 * Math.abs(expected), 0.5001 * unit);
  expect(Math.abs(actual - expected), `${what}: ${actual} against ${printed}`).toBeLessThanOrEqual(allowed);
}

const FILES = ['anchors.txt', 'gehan.csv', 'lung.csv', 'epoch_facts.csv'].map((file) => `statistics/${file}`);
describeWithShared('the reference output of R, from code', FILES, () => {
  const text = read('anchors.txt');
  const survival = text.slice(text.indexOf('## log-rank / Peto'), text.indexOf('## synthetic facts'));
  const facts = text.slice(text.indexOf('## synthetic facts'), text.indexOf('## paired/other'));
  const gehan = table('gehan.csv');
  const lung = table('lung.csv');
  const epochs = table('epoch_facts.csv');
  const data = {
    gehan: { time: numbers(gehan('time')), event: numbers(gehan('cens')) },
    lung: { time: numbers(lung('time')), event: lung('status').map((status) => status === '2') },
    epochs: { time: numbers(epochs('epoch')), event: numbers(epochs('event')) },
  };

  it('log-rank tests: counts, observed, expected, both chi-square columns, p', () => {
    const runs = [
      [data.lung, lung('sex'), 0],
      [data.gehan, gehan('treat'), 0],
      [data.lung, lung('sex'), 1],
      [data.gehan, gehan('treat'), 1],
      [data.epochs, epochs('latent'), 0],
    ] as const;
    const blocks = [...(survival + facts).matchAll(/survdiff\(formula[\s\S]*?p= *(<? *\S+)/g)];
    expect(blocks).toHaveLength(runs.length);
    blocks.forEach(([block, p], i) => {
      const [rows, group, rho] = runs[i]!;
      const { test, groups, variance } = logRank(rows, group, { rho });
      const lines = [...block.matchAll(/^\S+=(\S+) +(\d+) +(\S+) +(\S+) +(\S+) +(\S+) *$/gm)];
      expect(lines).toHaveLength(2);
      for (const [, name, n, observed, expected, relative, chi] of lines) {
        const at = groups.findIndex((each) => each.group === name);
        const found = groups[at]!;
        expect(found.n).toBe(Number(n));
        near(found.observed, observed!, 'observed');
        near(found.expected, expected!, 'expected');
        near((found.observed - found.expected) ** 2 / found.expected, relative!, '(O-E)^2/E');
        near((found.observed - found.expected) ** 2 / variance[at * 2 + at]!, chi!, '(O-E)^2/V');
        near(test.statistic, chi!, 'chi-square');
      }
      if (p!.startsWith('<')) expect(test.p).toBeLessThan(2.2e-16);
      else near(test.p, p!, 'p');
    });
  });

  it('curves: at risk, events, survival, standard error and the limits of every kind', () => {
    const tables = [...survival.matchAll(/time n\.risk[^\n]*\n((?: +\d+ .*\n)+)/g)].map(([, rows]) =>
      rows!
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/)),
    );
    expect(tables).toHaveLength(6);
    let compared = 0;
    (['log', 'log-log', 'plain'] as const).forEach((intervals, kind) => {
      const { time, event } = data.gehan;
      for (const { group, curve } of kaplanMeierBy(time, event, gehan('treat'), { intervals })) {
        const errors = greenwoodErrors(curve);
        for (const [t, atRisk, events, value, error, lo, hi] of tables[2 * kind + (group === '6-MP' ? 0 : 1)]!) {
          const row = curve.time.indexOf(Number(t));
          expect([curve.atRisk[row], curve.events[row]]).toEqual([Number(atRisk), Number(events)]);
          near(curve.survival[row]!, value!, `S(${t})`);
          if (error === 'NaN') continue;
          near(errors[row]!, error!, `se at ${t}`);
          near(curve.lo[row]!, lo!, `lower at ${t}`);
          near(curve.hi[row]!, hi!, `upper at ${t}`);
          compared += 1;
        }
      }
    });
    expect(compared).toBe(3 * (7 + 11));
  });

  it('medians with their limits, and restricted means', () => {
    const medians = [...(survival + facts).matchAll(/^(\S+)=(\S+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+|NA) *$/gm)];
    const gehanBlocks = ['log', 'log-log', 'plain'] as const;
    expect(medians).toHaveLength(2 * gehanBlocks.length + 2 + 2);
    medians.forEach(([, factor, name, n, events, value, lo, hi], i) => {
      const [rows, group] =
        factor === 'treat'
          ? ([data.gehan, gehan('treat')] as const)
          : factor === 'sex'
            ? ([data.lung, lung('sex')] as const)
            : ([data.epochs, epochs('latent')] as const);
      const intervals = factor === 'treat' ? gehanBlocks[Math.floor(i / 2)]! : 'log';
      const { curve } = kaplanMeierBy<string>(rows.time, rows.event, group, { intervals }).find(
        (each) => each.group === name,
      )!;
      expect([curve.n, curve.totalEvents]).toEqual([Number(n), Number(events)]);
      expect(curve.median).toEqual({ value: Number(value), lo: Number(lo), hi: hi === 'NA' ? null : Number(hi) });
    });
    const means = [
      ...survival.slice(survival.indexOf('rmean*')).matchAll(/^sex=(\d) +\d+ +\d+ +(\d+\.\d+) +(\d+\.\d+) /gm),
    ];
    expect(means).toHaveLength(2);
    for (const [, sex, value, error] of means) {
      const rows = lung('sex').flatMap((each, i) => (each === sex ? [i] : []));
      const pick = <T>(values: readonly T[]) => rows.map((i) => values[i]!);
      const mean = restrictedMean({ time: pick(data.lung.time), event: pick(data.lung.event) }, 365);
      near(mean.value, value!, 'restricted mean');
      near(mean.standardError, error!, 'its standard error');
    }
  });

  it('remission of acute leukaemia (Miller 1981): curve and Nelson–Aalen hazard', () => {
    const time = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161, 5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45];
    const event = [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1];
    const rows = [...survival.matchAll(/^ *\[\d+,\] +(.+)$/gm)].map(([, row]) => row!.trim().split(/\s+/));
    const curveRows = rows.filter((row) => row.length === 7);
    const hazardRows = rows.filter((row) => row.length === 3);
    expect([curveRows.length, hazardRows.length]).toEqual([15, 18]);
    const curve = kaplanMeier(time, event);
    const errors = greenwoodErrors(curve);
    for (const [t, atRisk, events, value, error, lo, hi] of curveRows) {
      const row = curve.time.indexOf(Number(t));
      expect([curve.atRisk[row], curve.events[row]]).toEqual([Number(atRisk), Number(events)]);
      near(curve.survival[row]!, value!, `S(${t})`);
      near(errors[row]!, error!, `se at ${t}`);
      near(curve.lo[row]!, lo!, `lower at ${t}`);
      near(curve.hi[row]!, hi!, `upper at ${t}`);
    }
    const hazard = nelsonAalen({ time, event });
    for (const [t, value, error] of hazardRows) {
      const row = hazard.time.indexOf(Number(t));
      near(hazard.hazard[row]!, value!, `H(${t})`);
      near(hazard.standardError[row]!, error!, `its se at ${t}`);
    }
  });

  it('facts by epoch: cloglog and logit', () => {
    const names = ['latent', 'logFreq', 'logAnn'];
    const columns = names.map((name) => numbers(epochs(name)));
    const x = Float64Array.from(data.epochs.time.flatMap((_, i) => columns.map((column) => column[i]!)));
    const rows = [...facts.matchAll(/^(latent|logFreq|logAnn) +(\S+) +(\S+) +(\S+) +(\S+)$/gm)].slice(-6);
    (['cloglog', 'logit'] as const).forEach((link, i) => {
      const fit = groupedTimeFit({ ...data.epochs, x, names }, { link });
      fit.terms.forEach((term, j) => {
        const [, name, beta, se, z, p] = rows[3 * i + j]!;
        expect(term.name).toBe(name);
        near(term.beta!, beta!, `${link} ${name}`);
        near(term.se!, se!, `${link} se of ${name}`);
        near(term.z!, z!, `${link} z of ${name}`);
        expect(Math.abs(term.p! / Number(p) - 1), `${link} p of ${name}`).toBeLessThan(1e-4);
      });
      expect(fit.warnings).toEqual([]);
    });
  });
});
