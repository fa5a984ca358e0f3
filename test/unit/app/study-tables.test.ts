import { describe, expect, it } from 'vitest';
import { mainEstimates, pooledTable } from '../../../src/app/study-tables';
import { plausibleStudy, STUDY_DOCUMENT } from '../../fixtures/run/plausible-study';

const { summary } = plausibleStudy();

describe('the main estimates of a study', () => {
  it('are those that its expectations rest on, hazard ratios first', () => {
    const main = mainEstimates(summary);
    expect(main.map(({ scale }) => scale)).toEqual(['hazard ratio', 'difference']);
    const expected = summary.expectations.flatMap(({ rows }) => rows).map((index) => summary.rows[index]!);
    const drawn = main.flatMap(({ rows }) => rows.map(({ point, measure, model }) => `${point} ${measure} ${model}`));
    expect(drawn).toHaveLength(expected.filter(({ estimate }) => estimate !== null).length);
    for (const { point, measure, model } of expected.filter(({ estimate }) => estimate !== null))
      expect(drawn).toContain(`${point} ${measure} ${model}`);
    expect(summary.expectations).toHaveLength(STUDY_DOCUMENT.expectations.length);
  });

  it('of a study that expects nothing are those over seeds', () => {
    const main = mainEstimates({ ...summary, expectations: [] });
    const models = new Set(main.flatMap(({ rows }) => rows.map(({ model }) => model)));
    expect([...models].sort()).toEqual(['cox by run', 'mean over seeds']);
    expect(main.flatMap(({ rows }) => rows).length).toBeGreaterThan(5);
  });
});

it('the table has a part for each point, without single runs', () => {
  const table = pooledTable(summary);
  expect(table.map(({ point }) => point)).toEqual(['train.batchSize=10', 'train.batchSize=20', 'all runs']);
  expect(table.flatMap(({ rows }) => rows).some(({ model }) => model === 'one run')).toBe(false);
});
