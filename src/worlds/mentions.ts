/** Tells whether a text names one of many names: whole words only, letter case aside for terms but not for identifiers. */
import { nameKey } from '../dataset/candidates';

const WORD = /[\p{L}\p{N}]/u;

export class Mentions {
  /** Names by their first word. */
  readonly #byWord = new Map<string, string[]>();
  readonly #identifiers = new Map<string, string[]>();

  constructor(facts: readonly { term: string; identifier: string }[]) {
    for (const { term, identifier } of facts) {
      file(this.#byWord, nameKey(term));
      file(this.#identifiers, identifier);
    }
  }

  in(text: string): boolean {
    const folded = text.toLowerCase();
    for (const { index } of text.matchAll(/[\p{L}\p{N}]+/gu)) {
      if (namedAt(this.#byWord, folded, index) || namedAt(this.#identifiers, text, index)) return true;
    }
    return false;
  }
}

function firstWord(text: string, at: number): string {
  let end = at;
  while (end < text.length && WORD.test(text[end]!)) end += 1;
  return text.slice(at, end);
}

function file(names: Map<string, string[]>, name: string): void {
  const start = name.search(WORD);
  if (start < 0) return;
  const key = firstWord(name, start);
  const bare = name.slice(start);
  const known = names.get(key);
  if (known) known.push(bare);
  else names.set(key, [bare]);
}

function namedAt(names: Map<string, string[]>, text: string, at: number): boolean {
  const word = firstWord(text, at);
  return (names.get(word) ?? []).some((name) => text.startsWith(name, at) && !WORD.test(text[at + name.length] ?? ' '));
}
