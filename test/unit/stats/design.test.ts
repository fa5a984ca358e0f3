import { describe, expect, it } from 'vitest';
import { coxFit } from '../../../src/stats/cox/fit';
import { modelMatrix, type DesignSpec, type Table } from '../../../src/stats/design';
import { expectAll, goldens } from './cox/goldens';

const facts: Table = {
  epoch: [1, 2, 3, 4, 5, 6],
  direction: ['term', 'id', 'term', 'id', 'term', 'id'],
  isLatent: [true, false, false, true, true, false],
  bin: [3, 1, 2, 3, 1, 2],
  frequency: [0.5, 1.5, -1, 2, null, 0],
};

const columnsOf = ({ x, n, p }: { x: Float64Array; n: number; p: number }): number[][] =>
  Array.from({ length: p }, (_, j) => Array.from({ length: n }, (__, i) => x[i * p + j]!));

describe('a design matrix', () => {
  it('is the one R makes, and its fit is R’s', () => {
    const { design } = goldens;
    const { age, dose, sex, site } = design;
    const matrix = modelMatrix(
      { age, dose, sex, site, time: design.time, event: design.event },
      {
        covariates: ['age', 'dose', 'sex', 'site'],
        factors: { sex: { reference: '2' } },
        interactions: [
          ['age', 'sex'],
          ['sex', 'site'],
          ['age', 'dose'],
        ],
        required: ['time', 'event'],
      },
    );
    expect(matrix.names).toEqual(
      design.columns.map((name) =>
        name
          .split(':')
          .map((part) => part.replace('sexF', 'sex=').replace('siteF', 'site='))
          .join(':'),
      ),
    );
    expectAll(matrix.x, design.matrix, 1e-14, 'element');
    expect([matrix.n, matrix.dropped]).toEqual([design.n, 3]);
    const fit = coxFit({
      time: Array.from(matrix.rows, (row) => design.time[row]!),
      event: Array.from(matrix.rows, (row) => design.event[row]!),
      x: matrix.x,
      names: matrix.names,
    });
    expectAll(fit.beta, design.beta, 1e-6, 'coefficient');
    expectAll(
      fit.terms.map(({ se }) => se!),
      design.se,
      1e-6,
      'standard error',
    );
  });

  it('codes text and true/false as factors, the first sorted level being the reference', () => {
    const matrix = modelMatrix(facts, { covariates: ['direction', 'isLatent', 'epoch'] });
    expect(matrix.names).toEqual(['direction=term', 'isLatent=true', 'epoch']);
    expect(matrix.levels).toEqual({ direction: ['id', 'term'], isLatent: [false, true] });
    expect(columnsOf(matrix)).toEqual([
      [1, 0, 1, 0, 1, 0],
      [1, 0, 0, 1, 1, 0],
      [1, 2, 3, 4, 5, 6],
    ]);
  });

  it('codes numbers as a factor where asked, in the order of numbers and with the chosen reference', () => {
    const matrix = modelMatrix(
      { bin: [10, 9, 100, 9] },
      { covariates: ['bin'], factors: { bin: { reference: 10 } }, intercept: true },
    );
    expect(matrix.names).toEqual(['(intercept)', 'bin=9', 'bin=100']);
    expect(matrix.terms).toEqual(['(intercept)', 'bin', 'bin']);
    expect(columnsOf(matrix)).toEqual([
      [1, 1, 1, 1],
      [0, 1, 0, 1],
      [0, 0, 1, 0],
    ]);
  });

  it('leaves out rows with a missing value, counts them and says which rows are left', () => {
    const matrix = modelMatrix(facts, { covariates: ['epoch', 'frequency'] });
    expect([...matrix.rows]).toEqual([0, 1, 2, 3, 5]);
    expect(matrix.dropped).toBe(1);
    expect(matrix.warnings).toMatchObject([
      { code: 'missing-values', message: expect.stringContaining('1 of 6') as string },
    ]);
    const times: Table = { ...facts, time: [1, null, NaN, 4, 5, 6] };
    expect([...modelMatrix(times, { covariates: ['epoch'], required: ['time'] }).rows]).toEqual([0, 3, 4, 5]);
  });

  it('codes new rows with the levels of an earlier matrix', () => {
    const { levels } = modelMatrix(facts, { covariates: ['bin'], factors: { bin: {} } });
    const fresh = modelMatrix({ bin: [3, 3] }, { covariates: ['bin'], levels });
    expect(fresh.names).toEqual(['bin=2', 'bin=3']);
    expect([...fresh.x]).toEqual([0, 1, 0, 1]);
    expect(() => modelMatrix({ bin: [3, 4] }, { covariates: ['bin'], levels })).toThrow(
      /row 2: bin has the unknown level 4/,
    );
  });

  it('says that a factor with one level has no column', () => {
    const matrix = modelMatrix({ a: ['x', 'x'], b: [1, 2] }, { covariates: ['a', 'b'] });
    expect(matrix.names).toEqual(['b']);
    expect(matrix.warnings.map(({ code }) => code)).toEqual(['constant']);
  });

  const bad: [string, Table, DesignSpec, RegExp][] = [
    ['a column that is not there', facts, { covariates: ['toString'] }, /no column toString/],
    ['columns of different length', { a: [1], b: [1, 2] }, { covariates: ['a', 'b'] }, /column b has 2 rows/],
    ['a covariate given twice', facts, { covariates: ['epoch', 'epoch'] }, /epoch is given twice/],
    ['a factor that is no covariate', facts, { covariates: ['epoch'], factors: { bin: {} } }, /factor bin/],
    [
      'an interaction without its parts',
      facts,
      { covariates: ['epoch'], interactions: [['epoch', 'bin']] },
      /needs bin/,
    ],
    ['an interaction with itself', facts, { covariates: ['epoch'], interactions: [['epoch', 'epoch']] }, /no product/],
    ['an unknown reference', facts, { covariates: ['bin'], factors: { bin: { reference: '7' } } }, /no level 7/],
    ['no covariates', facts, { covariates: [] }, /no covariates/],
    ['an infinite number', { a: [1, Infinity] }, { covariates: ['a'] }, /row 2: a is Infinity/],
    ['nothing but missing values', { a: [null, NaN] }, { covariates: ['a'] }, /no row has all values/],
  ];
  it.each(bad)('refuses %s', (_, table, spec, message) => {
    expect(() => modelMatrix(table, spec)).toThrow(message);
    expect(() => modelMatrix(table, spec)).toThrow(expect.objectContaining({ code: 'stats-input' }));
  });
});
