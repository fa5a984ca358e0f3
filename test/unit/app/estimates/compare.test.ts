/** Runs beside each other: their looks, their differences in words, paired tests, what stands against comparing. */
import { describe, expect, it } from 'vitest';
import { cautions } from '../../../../src/app/estimates/compare-cautions';
import { runCurves } from '../../../../src/app/estimates/compare-curves';
import { settingRows } from '../../../../src/app/estimates/compare-settings';
import { adjusted, lastAnswers, pairTest, type PairTest } from '../../../../src/app/estimates/compare-tests';
import { assignStyles, RUN_STYLES } from '../../../../src/app/run-style';
import { applyOverrides, parseSpec } from '../../../../src/spec';
import { mcnemarExact, pairedDifference } from '../../../../src/stats';
import { curveTable, readCurves, xPlaces } from '../../../../src/ui/views/compare/overlay';
import { pairTable } from '../../../../src/ui/views/compare/pair-table';
import { plausibleRun } from '../../../fixtures/run/plausible-run';
import { fact, life, manifest } from '../../records/build';

const NONE = new Set<string>();

describe('looks of runs', () => {
  it('are kept, free for newcomers, and never the same for two that are shown together', () => {
    const first = assignStyles({}, ['a', 'b']);
    expect(first).toEqual({ a: 0, b: 1 });
    expect(assignStyles(first, ['c', 'a'])).toEqual({ a: 0, b: 1, c: 2 });
    // d was never shown with a: it may have the same, until they meet.
    const clash = { a: 0, d: 0 };
    const together = assignStyles(clash, ['d', 'a']);
    expect(together['d']).toBe(0);
    expect(together['a']).not.toBe(0);
    const six = assignStyles({}, ['1', '2', '3', '4', '5', '6']);
    expect(new Set(Object.values(six)).size).toBe(RUN_STYLES.length);
    expect(new Set(RUN_STYLES.map(({ dash }) => dash)).size).toBe(RUN_STYLES.length);
    expect(new Set(RUN_STYLES.map(({ mark }) => mark)).size).toBe(RUN_STYLES.length);
  });
});

describe('differences of settings', () => {
  const of = (...sets: string[]) => {
    const spec = parseSpec(applyOverrides({ specVersion: 2, model: {}, ontology: {} }, sets), 'a spec');
    return manifest({ spec });
  };

  it('have a row each with the value of every run, and none for what is the same or a name', () => {
    const rows = settingRows([of('name=a'), of('name=b', 'adapter.rank=4', 'seed=2'), of('adapter.rank=8')]);
    expect(rows.map(({ path, values, data }) => [path, values, data])).toEqual([
      ['seed', ['1', '2', '1'], true],
      ['adapter.rank', ['16', '4', '8'], false],
    ]);
    expect(settingRows([of(), of()])).toEqual([]);
    expect(settingRows([])).toEqual([]);
  });

  it('say nothing of paths to the very same files', () => {
    const [here, there] = [
      of('model.path=primer', 'ontology.path=a.tsv'),
      of('model.path=file', 'ontology.path=b.tsv'),
    ];
    expect(settingRows([here, there])).toEqual([]);
    const files = [{ name: 'model.safetensors', bytes: 4, sha256: '12'.repeat(32) }];
    const file = { ...there.ontology.file, sha256: 'cd'.repeat(32) };
    const other = { ...there, model: { ...there.model, files }, ontology: { ...there.ontology, file } };
    expect(settingRows([here, other]).map(({ path }) => path)).toEqual(
      expect.arrayContaining(['model.path', 'ontology.path', 'model files', 'ontology file']),
    );
  });

  it('tell another variant in one piece, and files and devices that differ', () => {
    const other = of('adapter.kind=full');
    const rows = settingRows([of(), { ...other, dataset: { ...other.dataset, hash: 'ef'.repeat(32) } }]);
    expect(rows.map(({ path }) => path)).toEqual(['adapter', 'data set']);
    expect(rows[0]!.values[1]).toBe('full');
    expect(rows[0]!.label).toBe('Adapter');
  });
});

describe('paired tests', () => {
  const answers = (hits: Record<string, 0 | 1>, fields = {}) =>
    lastAnswers(
      Object.entries(hits).flatMap(([name, hit]) => life(name, [0, hit], fields)),
      'term-to-id',
      'held-out',
      NONE,
    );

  it('pair the facts that both asked, and count the others', () => {
    const test = pairTest(answers({ A: 1, B: 0, C: 1, D: 0 }), answers({ B: 1, C: 1, D: 0, E: 1, F: 1 }), 'term-to-id', 'all');
    expect(test.facts).toEqual({ shared: 3, onlyA: 1, onlyB: 2, otherSet: 0 });
    expect(test.accuracy!.counts).toEqual({ kept: 1, gainers: 1, losers: 0, never: 1 });
    expect(test.accuracy!.difference).toEqual(pairedDifference({ kept: 1, gainers: 1, losers: 0, never: 1 }));
    expect(test.accuracy!.p).toBe(mcnemarExact(0, 1));
    expect([test.accuracy!.a.value, test.accuracy!.b.value]).toEqual([1 / 3, 2 / 3]);
  }); // prettier-ignore

  it('hold a fact in a group only where both runs do', () => {
    const seen = answers({ A: 1, B: 1 });
    const withheld = answers({ A: 0, B: 1 }, { seen: false });
    const test = pairTest(seen, withheld, 'term-to-id', 'seen');
    expect([test.facts.shared, test.facts.otherSet, test.accuracy]).toEqual([0, 2, null]);
    expect(pairTest(seen, withheld, 'term-to-id', 'withheld').facts).toMatchObject({ shared: 0, otherSet: 2 });
    expect(pairTest(seen, withheld, 'term-to-id', 'all').facts.shared).toBe(2);
  });

  it('take the mean difference of log p with its interval', () => {
    const run = (values: number[]) =>
      lastAnswers(
        values.flatMap((logProb, index) => life(`F${index}`, [0], { logProb })),
        'term-to-id',
        'held-out',
        NONE,
      );
    const { logProb } = pairTest(run([-4, -6, -8]), run([-3, -4, -5]), 'term-to-id', 'all');
    expect(logProb!.difference).toMatchObject({ value: 2, n: 3 });
    // Differences 1, 2, 3: s = 1, t(0.975; 2) = 4.302653.
    expect(logProb!.difference.lo).toBeCloseTo(2 - 4.302653 / Math.sqrt(3), 5);
    expect(logProb!.difference.hi).toBeCloseTo(2 + 4.302653 / Math.sqrt(3), 5);
    expect(logProb!.p).toBe(0.25);
    expect(pairTest(run([-4]), run([-3]), 'term-to-id', 'all').logProb).toBeNull();
  });

  it('look at the last evaluation that asked every fact', () => {
    const whole = [...life('A', [0, 1, 1]), ...life('B', [0, 0])];
    const last = lastAnswers(whole, 'term-to-id', 'held-out', NONE);
    expect([last.epoch, last.byFact.get('A|term-to-id')!.trial.epoch, last.byFact.size]).toEqual([1, 1, 2]);
    expect(lastAnswers([], 'term-to-id', 'held-out', NONE)).toMatchObject({ epoch: null });
  });

  it('are adjusted after Holm within a direction and group', () => {
    const test = (p: number, group: PairTest['group'] = 'all') => ({
      test: {
        ...{ direction: 'term-to-id', group, logProb: null, facts: { shared: 1, onlyA: 0, onlyB: 0, otherSet: 0 } },
        accuracy: { p, adjusted: p },
      } as unknown as PairTest,
    });
    const none = { test: { ...test(1).test, accuracy: null } };
    const p = adjusted([test(0.01), test(0.04), test(0.03), test(0.5, 'seen'), none]).map(({ test: each }) => each.accuracy?.adjusted);
    expect(p).toEqual([0.03, 0.06, 0.06, 0.5, undefined]);
  }); // prettier-ignore

  it('stand in the table with all their numbers, missing ones empty', () => {
    const test = pairTest(answers({ A: 1 }), answers({ B: 1 }), 'term-to-id', 'all');
    const { columns, rows } = pairTable([{ a: 'a', b: 'b', epochs: [1, 1], test }], new Map([['a', 'First']]));
    expect(rows[0]).toHaveLength(columns.length);
    expect(rows[0]!.slice(0, 10)).toEqual(['First', 'b', 'term-to-id', 'all', 1, 1, 0, 1, 1, 0]);
    expect(rows[0]!.slice(10).every((cell) => cell === null)).toBe(true);
  });
});

describe('what stands against comparing', () => {
  const run = (name: string, facts: string[], fields = {}) => ({
    ...{ name, manifest: manifest(fields), summary: {} as never },
    facts: facts.map((identifier) => fact({ identifier })),
  });

  it('is nothing for runs of the same facts', () => {
    expect(cautions([run('a', ['A', 'B']), run('b', ['A', 'B'])])).toEqual([]);
    expect(cautions([run('a', ['A'])])).toEqual([]);
  });

  it('is said of facts that are not shared, of left-out names, of partial runs', () => {
    const dataset = { ...manifest().dataset, hash: 'ff'.repeat(32) };
    expect(cautions([run('a', ['A', 'B']), run('b', ['B', 'C'], { dataset })])).toEqual([
      expect.stringContaining('1 of 3 facts are in all of them'),
    ]);
    const apart = cautions([run('a', ['A']), run('b', ['C'], { dataset, state: 'cancelled', pairTexts: 'left-out' })]);
    expect(apart).toEqual([
      expect.stringContaining('names of the pairs were left out'),
      expect.stringContaining('No fact is in all of these runs (2 facts'),
      'Not run to its end: \u2068b\u2069.',
    ]);
  });
});

describe('curves of several runs', () => {
  const runs = [5, 6].map((seed) => ({
    key: `k${seed}`,
    name: `seed ${seed}`,
    ...plausibleRun({ pairs: 8, epochs: 3, seed }),
  }));
  const view = { direction: 'term-to-id', set: 'seen', template: 'held-out' } as const;

  it('are those of their summaries, and absent where a run has none', () => {
    const accuracy = runCurves(runs, { kind: 'accuracy', ...view });
    expect(accuracy.map(({ key, n, points }) => [key, n, points.length])).toEqual([['k5', 8, 4], ['k6', 8, 4]]); // prettier-ignore
    const group = runs[0]!.summary.directions[0]!.groups.find(({ seen, template }) => seen && template === 'held-out')!;
    expect(accuracy[0]!.points.map(({ y }) => y)).toEqual(group.accuracyByEpoch.map(({ estimate }) => estimate.value));
    const acquisition = runCurves(runs, { kind: 'acquisition', ...view })[0]!;
    expect(acquisition.points.at(-1)!.x).toBe(3);
    expect(runCurves([{ ...runs[0]!, summary: null }], { kind: 'accuracy', ...view })).toEqual([]);
    expect(runCurves(runs, { kind: 'loss', ...view })[1]!.n).toBe(75);
  });

  it('are read off at one place, stepped ones at the step before', () => {
    const at = (x: number, y: number) => ({ x, y, lo: y, hi: y });
    const curves = [
      { key: 'a', name: 'A', n: 3, points: [at(0, 0), at(2, 1)] },
      { key: 'b', name: 'B', n: 3, points: [at(1, 5)] },
    ];
    expect(xPlaces(curves)).toEqual([0, 1, 2]);
    expect(readCurves(curves, 1.9, true).map(({ point }) => point.y)).toEqual([0, 5]);
    expect(readCurves(curves, 1.9, false).map(({ point }) => point.y)).toEqual([1, 5]);
    expect(readCurves(curves, 0, true).map(({ key }) => key)).toEqual(['a']);
    expect(curveTable(curves, 'epoch', 'share').rows).toEqual([
      ['A', 0, 0, 0, 0, 3], ['A', 2, 1, 1, 1, 3], ['B', 1, 5, 5, 5, 3],
    ]); // prettier-ignore
  });
});
