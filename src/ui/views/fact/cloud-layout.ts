/**
 * Strings of different sizes set in lines, as in a paragraph. Pure.
 *
 * Promises: nothing overlaps and nothing stands out on the right; strings keep their order; one that is wider than a line is
 * shortened, and says so.
 */
export interface CloudWord {
  text: string;
  count: number;
  right: boolean;
}

export interface PlacedWord extends CloudWord {
  /** As drawn: shortened where the whole does not fit. */
  shown: string;
  size: number;
  x: number;
  /** Baseline. */
  y: number;
  width: number;
}

const SMALLEST = 12;
const LARGEST = 30;
const GAP = 14;
const LEADING = 1.35;
/** Longer texts are not even measured. */
const LONGEST = 60;
const MARK = '✓ ';

/** @param measure width of a text at a font size, in pixels */
export function layOutCloud(
  words: readonly CloudWord[],
  width: number,
  measure: (text: string, size: number) => number,
): { words: PlacedWord[]; height: number } {
  const most = words.reduce((largest, { count }) => Math.max(largest, count), 1);
  const placed: PlacedWord[] = [];
  let line: PlacedWord[] = [];
  let [x, top] = [0, 0];
  const endLine = () => {
    const size = Math.max(SMALLEST, ...line.map((word) => word.size));
    for (const word of line) placed.push({ ...word, y: top + size });
    top += size * LEADING;
    [line, x] = [[], 0];
  };
  for (const word of words) {
    const size = SMALLEST + (LARGEST - SMALLEST) * Math.sqrt((word.count - 1) / Math.max(1, most - 1));
    const tail = ` ×${word.count}`;
    const extra = measure(tail, SMALLEST) + (word.right ? measure(MARK, size) : 0);
    const fitted = fit(word.text, (text) => measure(text, size) + extra <= width);
    const taken = measure(fitted, size) + extra;
    if (line.length > 0 && x + taken > width) endLine();
    line.push({ ...word, shown: `${word.right ? MARK : ''}${fitted}`, size, x, y: 0, width: taken });
    x += taken + GAP;
  }
  if (line.length > 0) endLine();
  return { words: placed, height: Math.ceil(top + 4) };
}

function fit(text: string, fits: (text: string) => boolean): string {
  if (text === '') return '(nothing)';
  const letters = [...text];
  if (letters.length <= LONGEST && fits(text)) return text;
  let keep = Math.min(letters.length - 1, LONGEST);
  while (keep > 1 && !fits(`${letters.slice(0, keep).join('')}…`)) keep -= 1;
  return `${letters.slice(0, keep).join('')}…`;
}
