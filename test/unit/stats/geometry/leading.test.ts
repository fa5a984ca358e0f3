import { describe, expect, it } from 'vitest';
import { PhiloxSequence } from '../../../../src/core/philox';
import { leadingComponents, pca, type Vectors } from '../../../../src/stats';

function drawn(rows: number, columns: number, seed: number): Vectors {
  const draws = new PhiloxSequence(seed, 1);
  const data = new Float64Array(rows * columns);
  // Later columns vary less, so that the leading components are apart.
  for (let at = 0; at < data.length; at++) data[at] = (draws.nextUnit() - 0.5) / (1 + (at % columns) / 4);
  return { data, rows, columns };
}

describe('leading components', () => {
  it.each([
    [40, 12],
    [12, 40],
    [300, 96],
  ])('of %i × %i vectors are those of the whole analysis', (rows, columns) => {
    const vectors = drawn(rows, columns, 3);
    const whole = pca(vectors, 2);
    const leading = leadingComponents(vectors, 2);
    expect(
      [...leading.explained].map((share, k) => share - whole.explained[k]!).every((gap) => Math.abs(gap) < 1e-8),
    ).toBe(true);
    const largest = Math.max(...whole.scores.data.map(Math.abs));
    leading.scores.data.forEach((score, at) =>
      expect(Math.abs(score - whole.scores.data[at]!)).toBeLessThan(1e-3 * largest),
    );
  });

  it('leaves out what has no variance', () => {
    const line = { rows: 5, columns: 3, data: Float64Array.from([0, 1, 2, 3, 4].flatMap((t) => [t, 2 * t, 7])) };
    const { scores, explained } = leadingComponents(line, 2);
    expect(scores.columns).toBe(1);
    expect(explained[0]).toBeCloseTo(1, 9);
    expect([...scores.data].map((score) => Math.abs(score))).toEqual(
      [2, 1, 0, 1, 2].map((t) => expect.closeTo(t * Math.sqrt(5), 9)),
    );
  });
});
