/** From a study to its cells. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../../src/core/errors';
import { MAX_CELLS, studyCells } from '../../../../src/experiment/study';
import { parseSpec, parseStudy, type StudyInput } from '../../../../src/spec';

const base = { model: { path: 'm' }, ontology: { path: 'o.tsv' }, adapter: { kind: 'lora', rank: 2 } };
const cellsOf = (study: Partial<StudyInput>) =>
  studyCells(parseStudy({ studyVersion: 1, base, ...study }, 's.json'), 's.json');

function refusal(study: Partial<StudyInput>): LabError {
  try {
    cellsOf(study);
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('the cells of a study', () => {
  it('are every value with every other, seeds fastest', () => {
    const cells = cellsOf({ grid: { 'adapter.rank': [2, 4], 'train.epochs': [1, 2] }, seeds: [7, 8] });
    expect(cells.map(({ point, seed }) => `${point} ${seed}`)).toEqual([
      'adapter.rank=2, train.epochs=1 7',
      'adapter.rank=2, train.epochs=1 8',
      'adapter.rank=2, train.epochs=2 7',
      'adapter.rank=2, train.epochs=2 8',
      'adapter.rank=4, train.epochs=1 7',
      'adapter.rank=4, train.epochs=1 8',
      'adapter.rank=4, train.epochs=2 7',
      'adapter.rank=4, train.epochs=2 8',
    ]);
    expect(cells[5]!.spec).toMatchObject({ seed: 8, adapter: { rank: 4 }, train: { epochs: 1 }, model: { path: 'm' } });
    expect(cells.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(cells.map(({ folder }) => folder)).size).toBe(8);
    expect(cells[0]!.folder).toMatch(/^rank-2_epochs-1_seed-7_[0-9a-f]{8}$/);
    expect(cells[0]!.spec.name).toBe('untitled study · adapter.rank=2, train.epochs=1, seed 7');
  });

  it('of a study without a grid are its seeds', () => {
    const cells = cellsOf({ seeds: { first: 4, count: 2 } });
    expect(cells.map(({ point, seed, levels }) => [point, seed, levels])).toEqual([
      ['all runs', 4, {}],
      ['all runs', 5, {}],
    ]);
    expect(cellsOf({ base: { ...base, seed: 33 } }).map(({ seed }) => seed)).toEqual([33]);
  });

  it('take groups of fields that change together', () => {
    const cells = cellsOf({
      groups: { adapter: { thin: {}, whole: { 'adapter.kind': 'full', 'optimizer.learningRate': 0.001 } } },
      seeds: [1],
    });
    expect(cells.map(({ levels }) => levels.adapter)).toEqual(['thin', 'whole']);
    expect(cells[1]!.spec).toMatchObject({ adapter: { kind: 'full' }, optimizer: { learningRate: 0.001 } });
  });

  it('have ids that depend on the experiment, not on where its files lie', () => {
    const grid = { 'adapter.rank': [2, 4] };
    const here = cellsOf({ grid, seeds: [1, 2] });
    const there = cellsOf({ grid, seeds: [1, 2], base: { ...base, model: { path: '/elsewhere/m' } }, name: 'other' });
    expect(there.map(({ id }) => id)).toEqual(here.map(({ id }) => id));
    expect(there.map(({ folder }) => folder)).toEqual(here.map(({ folder }) => folder));
    const more = cellsOf({ grid, seeds: [1, 2, 3] });
    expect(more.map(({ id }) => id)).toEqual(expect.arrayContaining(here.map(({ id }) => id)));
    const otherwise = cellsOf({ grid, seeds: [1, 2], base: { ...base, train: { epochs: 3 } } });
    for (const { id } of otherwise) expect(here.map((cell) => cell.id)).not.toContain(id);
  });

  it('may vary the files, too', () => {
    const cells = cellsOf({ grid: { 'model.path': ['a', 'b'] }, seeds: [1] });
    expect(cells.map(({ spec }) => spec.model.path)).toEqual(['a', 'b']);
    expect(cells[0]!.id).not.toBe(cells[1]!.id);
  });

  it('begin from a spec of an older version as well', () => {
    const older = { specVersion: 1, model: {}, ontology: {}, method: 'sft', evaluation: { everyEpochs: 3 } };
    expect(cellsOf({ base: older, seeds: [1] })[0]!.spec.evaluation.at).toEqual({ kind: 'epochs', every: 3 });
  });

  it.each<[string, Partial<StudyInput>, string, string]>([
    ['a base that is wrong', { base: { train: { epochs: -1 } } }, 'train.epochs', 's.json, base: train.epochs'],
    ['a field that is none', { grid: { 'adapter.rnk': [1] } }, 'adapter.rnk', 'cell “adapter.rnk=1, seed 1”'],
    ['a value that is none', { grid: { 'adapter.rank': [2, 0] } }, 'adapter.rank', 'cell “adapter.rank=0, seed 1”: adapter.rank: found 0'],
    ['a number for a text', { grid: { 'model.path': [4] } }, 'model.path', 'found 4, allowed: text'],
    ['fields that exclude each other', { grid: { 'adapter.kind': ['lora', 'full'], 'adapter.rank': [2, 3] } }, 'adapter.rank', 'adapter.kind=full, adapter.rank=2'],
    ['a value twice', { grid: { 'adapter.rank': [2, 2] } }, 'grid.adapter.rank', 'found 2 more than once'],
    ['the default written out', { groups: { g: { plain: {}, same: { 'schedule.kind': 'cosine' } } } }, 'grid', 'are the same experiment'],
    ['a field set twice', { grid: { 'adapter.rank': [2], adapter: [{ kind: 'full' }] } }, 'grid.adapter', 'adapter.rank sets adapter.rank as well'],
    ['a seed in the grid', { grid: { seed: [1, 2] } }, 'grid.seed', 'cannot be varied here'],
    ['a group named as a field', { grid: { 'adapter.rank': [2] }, groups: { 'adapter.rank': { a: {} } } }, 'groups.adapter.rank', 'the grid has a field of this name'],
    ['too many cells', { grid: { 'adapter.rank': [1, 2, 3, 4] }, seeds: { first: 0, count: 1e9 } }, 'grid', `4000000000 cells, allowed: up to ${MAX_CELLS}`],
  ])('refuse %s by cell and field', (_what, study, control, words) => {
    const error = refusal({ seeds: [1], ...study });
    expect(error).toMatchObject({ code: 'study-invalid', control });
    expect(error.message).toContain(words);
  }); // prettier-ignore

  it('are valid specs with ids of their own, whatever the grid', () => {
    const values = {
      'adapter.rank': fc.integer({ min: 1, max: 256 }),
      'train.epochs': fc.integer({ min: 0, max: 50 }),
      'optimizer.learningRate': fc.double({ min: 1e-6, max: 1, noNaN: true }),
      'model.path': fc.stringMatching(/^[a-z/ .=,äß-]{1,90}$/),
      'schedule.kind': fc.constantFrom('constant', 'cosine'),
      'sampling.seen': fc.integer({ min: 1, max: 90 }),
    };
    const grid = fc.record(
      Object.fromEntries(
        Object.entries(values).map(([field, value]) => [
          field,
          fc.uniqueArray(value as fc.Arbitrary<string | number>, { minLength: 1, maxLength: 3 }),
        ]),
      ),
      { requiredKeys: [] },
    );
    const seeds = fc.uniqueArray(fc.nat(4294967295), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(grid, seeds, (fields, list) => {
        const total = Object.values(fields).reduce((n, each) => n * (each as unknown[]).length, list.length);
        const cells = cellsOf({ grid: fields as Record<string, unknown[]>, seeds: list });
        expect(cells).toHaveLength(total);
        for (const key of ['id', 'folder'] as const) {
          expect(new Set(cells.map((cell) => cell[key])).size).toBe(total);
        }
        for (const { spec, folder, seed } of cells) {
          expect(folder).toMatch(/^[\w.-]{1,80}$/);
          expect(spec.seed).toBe(seed);
          expect(parseSpec(structuredClone(spec), 'cell')).toEqual(spec);
        }
        expect(cellsOf({ grid: fields as Record<string, unknown[]>, seeds: list })).toEqual(cells);
      }),
      { numRuns: 60, seed: 3 },
    );
  });
});
