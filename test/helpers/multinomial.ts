/** Do counts over categories follow given probabilities? */
import { chiSquareUpper } from '../../src/stats';

/**
 * Upper-tail p of Pearson's chi-square (1900); categories with fewer than 5 expected are taken together.
 * Throws where a category of probability 0 was counted, or where fewer than two cells are left to compare.
 */
export function multinomialFit(counts: readonly number[], probabilities: ArrayLike<number>): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const cells: { count: number; expected: number }[] = [];
  const rest = { count: 0, expected: 0 };
  counts.forEach((count, category) => {
    const expected = total * probabilities[category]!;
    if (expected === 0 && count > 0) throw new Error(`category ${category} cannot come, and came ${count} times`);
    if (expected >= 5) cells.push({ count, expected });
    else {
      rest.count += count;
      rest.expected += expected;
    }
  });
  if (rest.expected > 0) cells.push(rest);
  if (cells.length < 2) throw new Error('one category leaves nothing to compare');
  const statistic = cells.reduce((sum, { count, expected }) => sum + (count - expected) ** 2 / expected, 0);
  return chiSquareUpper(statistic, cells.length - 1);
}
