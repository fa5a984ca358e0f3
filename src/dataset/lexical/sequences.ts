/**
 * Two comparisons of character strings and one of an abbreviation with its long form.
 *
 * Promises: exact, by dynamic programming in O(|a|·|b|); an empty string shares nothing.
 * Must not know: terms, identifiers.
 */

/** Length of the longest run of characters that stands in both. Gusfield, Algorithms on Strings (1997), section 7.4. */
export function commonSubstring(a: string, b: string): number {
  let longest = 0;
  diagonal(a, b, (same, before) => {
    const run = same ? before.diagonal + 1 : 0;
    longest = Math.max(longest, run);
    return run;
  });
  return longest;
}

/** Length of the longest common subsequence. Wagner & Fischer, Journal of the ACM 21 (1974) 168. */
export function commonSubsequence(a: string, b: string): number {
  return diagonal(a, b, (same, { diagonal: d, above, left }) => (same ? d + 1 : Math.max(above, left)));
}

type Cell = (same: boolean, before: { diagonal: number; above: number; left: number }) => number;

/** Fills the table of two strings row by row; the last cell. */
function diagonal(a: string, b: string, cell: Cell): number {
  const [rows, columns] = [[...a], [...b]];
  let previous = new Array<number>(columns.length + 1).fill(0);
  for (const row of rows) {
    const current = [0];
    for (let j = 1; j <= columns.length; j++) {
      current.push(
        cell(row === columns[j - 1], { diagonal: previous[j - 1]!, above: previous[j]!, left: current[j - 1]! }),
      );
    }
    previous = current;
  }
  return previous[columns.length]!;
}

/**
 * True if every character of the short form stands in the words in order, and the first one begins a word. Schwartz &
 * Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text", Pacific Symposium on
 * Biocomputing (2003) 451. Matched from the end backwards, so that each character is taken as late as it can be.
 */
export function abbreviates(short: string, parts: readonly string[]): boolean {
  const long = [...parts.join(' ')];
  let at = long.length - 1;
  const wanted = [...short];
  if (wanted.length === 0) return false;
  for (let i = wanted.length - 1; i >= 0; i--) {
    const fits = () => long[at] === wanted[i] && (i > 0 || at === 0 || long[at - 1] === ' ');
    while (at >= 0 && !fits()) at -= 1;
    if (at < 0) return false;
    at -= 1;
  }
  return true;
}
