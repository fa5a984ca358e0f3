import { describe, expect, it } from 'vitest';
import { cellText, toCsv } from '../../../src/ui/charts/chart-table';
import { atRiskAt, censorTicks, kmSteps, survivalAt } from '../../../src/ui/charts/km-geometry';
import { movedRange, stopsBetween } from '../../../src/ui/charts/brush';
import { nearest } from '../../../src/ui/charts/series';
import { kaplanMeier } from '../../../src/stats';

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

describe('a range chosen by keys', () => {
  it('begins at the end that the arrow comes from, moves, and widens with Shift', () => {
    expect(movedRange(null, 'ArrowRight', false, 5)).toEqual({ from: 0, to: 0 });
    expect(movedRange(null, 'ArrowLeft', false, 5)).toEqual({ from: 4, to: 4 });
    expect(movedRange({ from: 1, to: 1 }, 'ArrowRight', true, 5)).toEqual({ from: 1, to: 2 });
    expect(movedRange({ from: 1, to: 2 }, 'ArrowRight', false, 5)).toEqual({ from: 2, to: 3 });
    expect(movedRange({ from: 4, to: 4 }, 'ArrowRight', true, 5)).toEqual({ from: 4, to: 4 });
    expect(movedRange({ from: 1, to: 1 }, 'a', false, 5)).toBeNull();
  });

  it('holds the stops that were dragged over, and none where there is none', () => {
    expect(stopsBetween([0, 2, 4, 6], 5, 1)).toEqual({ from: 1, to: 2 });
    expect(stopsBetween([0, 2, 4, 6], 2.5, 3.5)).toBeNull();
  });
});
