/** Names that a run leaves out and that were put back on the page stay on the page. */
import { describe, expect, it } from 'vitest';
import { chartOrigin } from '../../../src/app/chart-file';
import { chartRun, withoutTexts } from '../../../src/app/chart-run';
import { turnedFactsOf, type TurnedFacts } from '../../../src/app/estimates/gainers';
import { defineChart, numbersToSave } from '../../../src/ui/charts/chart';
import { plausibleRun } from '../../fixtures/run/plausible-run';
import { fixtureRun, VIEW } from '../../helpers/chart-run';

const { trials, ...records } = plausibleRun({ pairs: 8, epochs: 6 });
const hidden = trials.map((trial) => ({ ...trial, identifier: 'pair-0123456789abcdef', term: '' }));
const manifest = { ...records.manifest, pairTexts: 'left-out' as const };
const shown = { ...records, manifest, key: 'k', trials: hidden, trialsOnShow: trials, rehearsed: new Set<string>() };
const run = chartRun(shown)!;
const gainers = defineChart<TurnedFacts>({
  ...{ name: 'turned', title: 'Turned', about: '', group: 'learning', perDirection: true },
  data: turnedFactsOf,
  table: ({ facts }) => ({
    columns: ['fact', 'term', 'identifier', 'set', 'before', 'after'],
    rows: facts.map(({ fact, term, identifier, set, before, after }) => [fact, term, identifier, set, before, after]),
  }),
  ...{ note: () => '', summary: () => '', component: null as never },
});

describe('numbers of a run whose names were put back', () => {
  it('have them on the page and not in files, and are else the same', () => {
    const onPage = gainers.table(gainers.data(run, VIEW, undefined));
    const saved = numbersToSave(gainers, run, VIEW, undefined)!();
    const [term, identifier] = ['term', 'identifier'].map((name) => saved.columns.indexOf(name)) as [number, number];
    expect(onPage.rows.length).toBeGreaterThan(0);
    expect(onPage.rows.every((row) => row[term] !== '')).toBe(true);
    expect(saved.rows.map((row) => [row[term], row[identifier]])).toEqual(
      onPage.rows.map(() => ['', 'pair-0123456789abcdef']),
    );
    expect(saved.rows.map((row) => row.slice(identifier + 1))).toEqual(
      onPage.rows.map((row) => row.slice(identifier + 1)),
    );
  });

  it('are those of the page where nothing was put back', () => {
    expect(withoutTexts(fixtureRun({ pairs: 2, epochs: 1 }))).toBeNull();
    expect(numbersToSave(gainers, chartRun({ ...shown, trialsOnShow: hidden })!, VIEW, undefined)).toBeNull();
  });

  it('say in their JSON that pairs were left out, and only there', () => {
    expect(chartOrigin(run, VIEW).run['pairs']).toBe('left out');
    expect(chartOrigin({ ...run, manifest: records.manifest }, VIEW).run).not.toHaveProperty('pairs');
  });
});
