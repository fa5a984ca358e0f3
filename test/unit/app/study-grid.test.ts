import { describe, expect, it } from 'vitest';
import {
  gridStudy,
  newRow,
  rowValues,
  seedsOf,
  variedFields,
  wordsOf,
  type VariedField,
} from '../../../src/app/study-grid';
import { studyCells } from '../../../src/experiment';
import { DEFAULT_SPEC, FIELDS, parseSpec } from '../../../src/spec';

const settings = parseSpec(
  { ...DEFAULT_SPEC, name: 'Mine', seed: 9, train: { ...DEFAULT_SPEC.train, epochs: 7 } },
  'x',
);
const fields = variedFields(settings).flatMap((section) => section.fields);
const field = (path: string): VariedField => fields.find((each) => each.path === path)!;
const written = (path: string, text: string) => rowValues({ ...newRow(field(path)), text }, field(path), settings);

describe('a grid over the present settings', () => {
  it('offers the fields that these settings have, with the words of the table', () => {
    expect(field('adapter.rank')).toMatchObject({ label: FIELDS['adapter.rank'].label, kind: 'number', value: 16 });
    expect(field('adapter.rank').hint).toContain(FIELDS['adapter.rank'].help);
    expect(field('adapter.rank').allowed).toContain('256');
    expect(variedFields(settings).map(({ section }) => section)).toContain('Optimizer');
    // Files, and what changes no number of a run, are no grid.
    expect(fields.filter(({ path }) => /^(model|ontology|checkpoint)\b|\.path$|^seed$/.test(path))).toEqual([]);
    const full = parseSpec({ ...settings, adapter: { kind: 'full' } }, 'x');
    expect(variedFields(full).flatMap((section) => section.fields.map(({ path }) => path))).not.toContain(
      'adapter.rank',
    );
  });

  it('reads numbers, refuses what is none, what stands twice and what the settings would refuse', () => {
    expect(newRow(field('train.epochs'))).toMatchObject({ text: '7' });
    expect(written('adapter.rank', '2, 8;16')).toEqual({ values: [2, 8, 16], problem: null });
    expect(written('optimizer.learningRate', '1e-3 0.01').values).toEqual([0.001, 0.01]);
    expect(written('adapter.rank', '2, x').problem).toContain('Numbers');
    expect(written('adapter.rank', '').problem).toContain('Numbers');
    expect(written('adapter.rank', '2, 2').problem).toContain('more than once');
    expect(written('adapter.rank', '2, 999').problem).toContain('adapter.rank');
    expect(written('optimizer.clipNorm', 'off, 1')).toEqual({ values: [null, 1], problem: null });
    expect(written('train.epochs', 'off').problem).not.toBeNull();
  });

  it('takes the present choice as the reference', () => {
    const rank = field('schedule.kind');
    const row = { ...newRow(rank), chosen: ['constant', String(rank.value)] };
    expect(rowValues(row, rank, settings)).toEqual({ values: [rank.value, 'constant'], problem: null });
    expect(rowValues({ ...row, chosen: [] }, rank, settings).problem).toContain('at least one');
  });

  it.each([
    ['1, 2, 3', [1, 2, 3]],
    ['1–5', [1, 2, 3, 4, 5]],
    ['4 - 6, 9', [4, 5, 6, 9]],
    ['7', [7]],
    ['', null],
    ['1, 1', null],
    ['5-1', null],
    ['1-99999', null],
    ['-3', null],
    ['one', null],
  ])('seeds %j are %j', (text, seeds) => {
    expect(seedsOf(text)).toEqual(seeds);
  });

  it('is a study whose cells are the settings but for what varies', () => {
    const study = gridStudy(settings, {
      name: 'Ranks',
      grid: { 'adapter.rank': [4, 16] },
      seeds: [1, 2],
      analysis: { covariates: wordsOf('latent, popularity') },
    });
    expect(study.base).not.toHaveProperty('seed');
    const cells = studyCells(study, 'x');
    expect(cells.map(({ point, seed }) => `${point} ${seed}`)).toEqual([
      'adapter.rank=4 1',
      'adapter.rank=4 2',
      'adapter.rank=16 1',
      'adapter.rank=16 2',
    ]);
    expect({ ...cells[3]!.spec, name: 'Mine', seed: 9 }).toEqual(settings);
    expect(cells[0]!.spec.name).toBe('Ranks · adapter.rank=4, seed 1');
  });
});
