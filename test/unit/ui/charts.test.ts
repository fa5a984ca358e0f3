import { describe, expect, it } from 'vitest';
import { cellText, toCsv } from '../../../src/ui/charts/chart-table';
import { atRiskAt, censorTicks, kmSteps, survivalAt } from '../../../src/ui/charts/km-geometry';
import { nearest } from '../../../src/ui/charts/series';
import { setSummaries } from '../../../src/records';
import { accuracyTable, kmTable, riseTable, transitionsTable } from '../../../src/ui/charts/tables';
import { groupNote, kmNote } from '../../../src/ui/views/notes';
import { kaplanMeier } from '../../../src/stats';
import { plausibleRun, withRehearsal } from '../../fixtures/run/plausible-run';

/** Times 2, 3, 3, 5+, 6: one fact is censored at 5. */
const curve = kaplanMeier([2, 3, 3, 5, 6], [true, true, true, false, true]);

describe('the Kaplan–Meier curve as drawn', () => {
  it('is right-continuous: at an event time it has already fallen', () => {
    expect(survivalAt(curve, 1.999)).toBe(1);
    expect(survivalAt(curve, 2)).toBeCloseTo(0.8, 12);
    expect(survivalAt(curve, 3)).toBeCloseTo(0.4, 12);
  });

  it('reaches to the end of follow-up and not beyond a later event', () => {
    expect(kmSteps(curve, 9).at(-1)).toMatchObject({ time: 9, survival: 0 });
    expect(kmSteps(curve, 6)).toHaveLength(curve.time.length);
  });

  it('ticks where facts were censored, at the height of the curve there', () => {
    expect(censorTicks(curve)).toEqual([{ time: 5, survival: survivalAt(curve, 5), facts: 1 }]);
  });

  it('counts facts at risk just before a time', () => {
    expect([0, 2, 2.5, 3, 4, 5, 6, 7].map((time) => atRiskAt(curve, time))).toEqual([5, 5, 4, 4, 2, 2, 1, 0]);
  });

  it('agrees with its own table on facts at risk', () => {
    const { summary } = plausibleRun();
    const groups = setSummaries(summary.directions[0]!).filter(({ template }) => template === 'held-out');
    const rows = kmTable(groups).rows.filter(([set]) => set === 'seen');
    expect(rows.map((row) => row[5])).toEqual(groups.find(({ seen }) => seen)!.acquisition!.atRisk);
  });
});

describe('rehearsed facts', () => {
  const { summary, rehearsed } = withRehearsal(plausibleRun());
  const [direction] = summary.directions;
  const groups = setSummaries(direction!).filter(({ template }) => template === 'held-out');
  const count = rehearsed.filter((fact) => fact.endsWith('|term-to-id')).length;

  it('are a set of their own in every table and note, and in none of the others', () => {
    expect(groups.map(({ set, facts }) => [set, facts])).toEqual([
      ['seen', 60],
      ['withheld', 60 - count],
      ['rehearsed', count],
    ]);
    for (const table of [accuracyTable(groups), kmTable(groups), transitionsTable(groups)]) {
      expect(new Set(table.rows.map(([set]) => set))).toEqual(new Set(['seen', 'withheld', 'rehearsed']));
    }
    expect(riseTable({ epoch: 1, seen: [1], withheld: [], rehearsed: [3] }).rows).toEqual([
      ['seen', 1],
      ['rehearsed', 3],
    ]);
    expect(groupNote(groups)).toBe(`n = 60 seen, ${60 - count} withheld, ${count} rehearsed`);
    expect(kmNote(groups)).toMatch(/withheld: .*; rehearsed: /);
  });
});

describe('a chart’s numbers', () => {
  it('quotes what a comma-separated file must quote', () => {
    expect(
      toCsv({
        columns: ['term', 'n'],
        rows: [
          ['Ataxia, "mild"', 1],
          [null, 0.5],
        ],
      }),
    ).toBe('term,n\r\n"Ataxia, ""mild""",1\r\n,0.5\r\n');
  });

  it('shortens for the eye only', () => {
    expect([cellText(0.123456), cellText(12), cellText(null), cellText(0.00001234)]).toEqual([
      '0.1235',
      '12',
      '–',
      '1.23e-5',
    ]);
  });

  it('finds the point nearest to the pointer', () => {
    const points = [0, 4, 9].map((x) => ({ x, y: x, lo: x, hi: x }));
    expect(nearest(points, 6)!.x).toBe(4);
    expect(nearest([], 6)).toBeNull();
  });
});
