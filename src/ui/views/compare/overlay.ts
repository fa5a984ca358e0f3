/** Values read off several curves at one place, and the curves as a table. Pure. */
import type { CurvePoint, RunCurve } from '../../../app/estimates/compare-curves';
import type { ChartTable } from '../../charts/chart-table';

/** Every x at which some curve has a point, ascending. */
export function xPlaces(curves: readonly RunCurve[]): number[] {
  return [...new Set(curves.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
}

/** The point of each curve at x: of a stepped curve the last one up to it; else the nearest. */
export function readCurves(
  curves: readonly RunCurve[],
  x: number,
  stepped: boolean,
): { key: string; name: string; point: CurvePoint }[] {
  return curves.flatMap(({ key, name, points }) => {
    const point = stepped
      ? points.findLast((each) => each.x <= x)
      : points.reduce<CurvePoint | undefined>(
          (best, each) => (best === undefined || Math.abs(each.x - x) < Math.abs(best.x - x) ? each : best),
          undefined,
        );
    return point === undefined ? [] : [{ key, name, point }];
  });
}

/** @param x name of the first column @param value what is drawn */
export function curveTable(curves: readonly RunCurve[], x: string, value: string): ChartTable {
  return {
    columns: ['run', x, value, 'lower', 'upper', 'n'],
    rows: curves.flatMap(({ name, points, n }) =>
      points.map((point) => [name, point.x, point.y, point.lo, point.hi, n]),
    ),
  };
}
