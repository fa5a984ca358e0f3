/**
 * The text of a lesson in parts: plain words, words with emphasis, glossary entries, and places where numbers stand.
 *
 * `{name}` is a number with its interval and n, `[[words|entry]]` words that the glossary explains (`[[entry]]` where they
 * are the same), `*words*` emphasis. Pure.
 */
export type TextPart =
  | { kind: 'text'; text: string }
  | { kind: 'emphasis'; text: string }
  | { kind: 'number'; name: string }
  | { kind: 'term'; text: string; word: string };

const MARKS = /\{(?<number>[A-Za-z0-9]+)\}|\[\[(?<words>[^\]|]+)(?:\|(?<entry>[^\]]+))?\]\]|\*(?<strong>[^*]+)\*/g;

export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  const plain = (end: number) => {
    if (end > at) parts.push({ kind: 'text', text: text.slice(at, end) });
  };
  for (const match of text.matchAll(MARKS)) {
    plain(match.index);
    at = match.index + match[0].length;
    const { number, words, entry, strong } = match.groups!;
    if (number !== undefined) parts.push({ kind: 'number', name: number });
    else if (words !== undefined) parts.push({ kind: 'term', text: words, word: entry ?? words });
    else parts.push({ kind: 'emphasis', text: strong! });
  }
  plain(text.length);
  return parts;
}
