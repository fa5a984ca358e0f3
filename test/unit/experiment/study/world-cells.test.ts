/** The cells of a study whose cells make a world and pretrain on it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../../src/core/errors';
import { makeWorld, studyModels } from '../../../../src/experiment';
import { newState, overrideStudy, studyCells } from '../../../../src/experiment/study';
import { encodeState, parseState } from '../../../../src/records';
import { parseStudy, studyHash, type StudyInput } from '../../../../src/spec';

const group = (name: string) => ({
  name,
  source: { kind: 'synthetic', count: 6 },
  exposures: { kind: 'buckets', sizes: [0, 2] },
});
const world = { worldVersion: 1, groups: [group('facts'), group('others')], filler: { sentences: 10, heldOut: 2 } };
const pretrain = { pretrainVersion: 1, model: { hiddenSize: 16, layers: 1 } };
const whole = (study: Partial<StudyInput>) =>
  parseStudy({ studyVersion: 1, world, pretrain, seeds: [3], ...study }, 's.json');
const cellsOf = (study: Partial<StudyInput>) => studyCells(whole(study), 's.json');
const modelsOf = (study: Partial<StudyInput>) => cellsOf(study).map(({ model }) => model!.id);

function refusal(study: Partial<StudyInput>): LabError {
  try {
    cellsOf(study);
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('the cells of a study of worlds', () => {
  it('have one seed for world, pretraining and experiment', () => {
    for (const { seed, spec, model } of cellsOf({ seeds: [3, 8] })) {
      expect([spec.seed, model!.world.seed, model!.pretrain.seed]).toEqual([seed, seed, seed]);
    }
    const own = { ...world, seed: 44 };
    expect(cellsOf({ world: own, seeds: undefined }).map(({ seed }) => seed)).toEqual([44]);
  });

  it('share a model where world and pretraining are equal, whatever the words about them', () => {
    const [a, b, c, d] = modelsOf({ grid: { 'adapter.rank': [1, 2] }, seeds: [1, 2] });
    expect([a, b]).toEqual([c, d]);
    expect(a).not.toBe(b);
    expect(a).toMatch(/^[0-9a-f]{12}$/);
    const said = { ...world, name: 'other', description: 'words' };
    expect(
      modelsOf({ world: said, pretrain: { ...pretrain, name: 'x', checkpoint: { everySteps: 2 } }, seeds: [1] }),
    ).toEqual([a]);
    expect(studyModels(cellsOf({ grid: { 'adapter.rank': [1, 2] }, seeds: [1, 2] })).map(({ id }) => id)).toEqual([
      a,
      b,
    ]);
  });

  it('vary fields of world and pretraining, entries of lists by their number', () => {
    const cells = cellsOf({
      grid: { 'world.groups.1.source.identifiers.lambda': [0, 0.5], 'pretrain.model.layers': [1, 2] },
      groups: { order: { even: {}, first: { 'world.groups.0.termFirst': 1, 'train.epochs': 3 } } },
    });
    expect(cells).toHaveLength(8);
    expect(new Set(cells.map(({ model }) => model!.id)).size).toBe(8);
    const last = cells.at(-1)!;
    expect(last.model!.world.groups[1]!.source).toMatchObject({ identifiers: { grammar: 'code', lambda: 0.5 } });
    expect(last.model!.world.groups[0]!.termFirst).toBe(1);
    expect(last.model!.pretrain.model.layers).toBe(2);
    expect(last.spec.train.epochs).toBe(3);
    expect(last.levels).toEqual({
      'world.groups.1.source.identifiers.lambda': '0.5',
      'pretrain.model.layers': '2',
      order: 'first',
    });
    expect(new Set(cells.map(({ id }) => id)).size).toBe(8);
  });

  it('of twins have different models on the same facts', async () => {
    const twins = [{ kind: 'whole' }, { kind: 'flipped' }, { kind: 'without', groups: ['facts'] }];
    const cells = cellsOf({ grid: { 'world.twin': twins } });
    expect(new Set(cells.map(({ model }) => model!.id)).size).toBe(3);
    const open = () => Promise.reject(new Error('nothing is given'));
    const made = await Promise.all(cells.map(({ model }) => makeWorld(model!.world, open)));
    expect(made[1]!.facts).toEqual(made[0]!.facts);
    expect(made[2]!.facts).toEqual(made[0]!.facts);
    expect(made[1]!.corpus.sentences).not.toEqual(made[0]!.corpus.sentences);
  });

  it('begin with the world’s own experiment, with the study’s base on top', () => {
    const [cell] = cellsOf({ base: { ontology: { path: 'groups/facts.tsv' }, sampling: { bins: 2 } } });
    expect(cell!.spec.ontology).toMatchObject({
      path: 'groups/facts.tsv',
      terminology: 'table',
      popularityColumn: 'exposures',
      covariates: [{ name: 'exposures' }, { name: 'termFirst' }, { name: 'derived' }],
    });
    expect(cell!.spec.sampling.bins).toBe(2);
    expect(cell!.spec.model.path).toBe(`../../${cell!.model!.id}`);
  });

  it('are told apart by their model alone, and keep it in the stored state', () => {
    const here = cellsOf({ grid: { 'train.epochs': [1, 2] } });
    const there = cellsOf({ grid: { 'train.epochs': [1, 2] }, world: { ...world, filler: { sentences: 11 } } });
    for (const [i, { id }] of there.entries()) expect(id).not.toBe(here[i]!.id);
    const state = newState(whole({}), cellsOf({}));
    expect(parseState(encodeState(state), 'study.json')).toEqual(state);
    expect(state.cells[0]!.model).toBe(cellsOf({})[0]!.model!.id);
  });

  it.each<[Partial<StudyInput>, string, string]>([
    [{ world: undefined }, 'world', 'found nothing, but the study has pretrain'],
    [{ pretrain: undefined }, 'pretrain', 'found nothing, but the study has world'],
    [{ world: 'w.json' }, 'world', 'the file w.json was not read'],
    [{ world: { ...world, sed: 1 } }, 'world.sed', 'no such field'],
    [{ pretrain: { ...pretrain, model: { layers: 0 } } }, 'pretrain.model.layers', 'found 0'],
    [{ base: { model: { path: 'm' } } }, 'base.model.path', 'makes its own models'],
    [{ grid: { 'model.path': ['a', 'b'] } }, 'grid.model.path', 'makes its own models'],
    [{ grid: { 'world.seed': [1, 2] } }, 'grid.world.seed', 'cannot be varied here'],
    [{ grid: { world: [world] } }, 'grid.world', 'cannot be varied whole'],
    [{ grid: { 'world.groups.2.termFirst': [0, 1] } }, 'world.groups', 'has no entry 2; it is written with 2'],
    [{ grid: { 'world.groups.0.termfirst': [0, 1] } }, 'world.groups.0.termfirst', 'no such field'],
    [{ grid: { 'world.groups.0.termFirst': [0, 2] } }, 'world.groups.0.termFirst', 'found 2'],
    [{ grid: { 'pretrain.model.heads': [4, 3] } }, 'pretrain.model.hiddenSize', 'a multiple of 4 × model.heads'],
    [{ grid: { 'world.name': ['a', 'b'] } }, 'grid', 'are the same experiment'],
    [{ grid: { 'world.groups': [[], []], 'world.groups.0.termFirst': [1] } }, 'grid.world.groups', 'more than once'],
  ])('%j is refused at %s', (study, control, text) => {
    const error = refusal(study);
    expect(error.code).toBe('study-invalid');
    expect(error.control).toBe(control);
    expect(error.message).toContain(text);
  });

  it('name the cell whose world cannot be', () => {
    const { message } = refusal({ grid: { 'world.groups.0.termFirst': [0, 2] }, seeds: [5] });
    expect(message).toContain('s.json, cell “world.groups.0.termFirst=2, seed 5”: world: groups.0.termFirst: found 2');
  });

  it('take assignments to the world and its pretraining, but not to what is varied or to seeds', () => {
    const study = whole({ grid: { 'world.groups.0.termFirst': [0, 1] } });
    const set = (...assignments: string[]) => overrideStudy(study, 's.json', assignments, (field) => new Error(field));
    const [cell] = studyCells(
      set('world.groups.1.source.count=9', 'pretrain.model.layers=3', 'train.epochs=2'),
      's.json',
    );
    expect(cell!.model!.world.groups[1]!.source.count).toBe(9);
    expect(cell!.model!.pretrain.model.layers).toBe(3);
    expect(cell!.spec.train.epochs).toBe(2);
    expect(() => set('world.groups.0={}')).toThrow('world.groups.0.termFirst');
    expect(() => set('world.seed=2')).toThrow('cannot be varied here');
    expect(() => set('model.path=m')).toThrow('makes its own models');
    expect(() => set('world.groups.7.termFirst=1')).toThrow('has no entry 7');
  });
});

describe('a study without a world', () => {
  it('is filled, named and stored as before', () => {
    const text = readFileSync('public/studies/two-ranks-three-seeds.json', 'utf8');
    const study = parseStudy(text, 's.json');
    expect(study).not.toHaveProperty('world');
    expect(studyHash(study)).toBe('1dd7e2fcaa0d2fb8d381513a149d7cfa627be051fbf3772476d13e42cca27db2');
    const cells = studyCells(study, 's.json');
    expect(cells[0]!.folder).toBe('rank-2_seed-1_550d2c78');
    expect(newState(study, cells).cells[0]).not.toHaveProperty('model');
    const varied = { studyVersion: 1, grid: { 'world.groups.0.termFirst': [0, 1] } };
    expect(() => studyCells(parseStudy(varied, 's.json'), 's.json')).toThrow('the study has no world');
  });
});
