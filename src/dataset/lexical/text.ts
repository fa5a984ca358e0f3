/**
 * How terms and identifiers are cut up before they are compared: folded words, the local part, initials, n-grams.
 *
 * Promises: case, accents and punctuation make no difference; a CURIE's prefix (HP:) is no part of what is compared,
 * because it is the same for every identifier of a terminology. Must not know: any measure.
 */

/** Letters and digits in lower case without accents (Unicode NFKD), cut at everything else. */
export function words(text: string): string[] {
  return (
    text
      .normalize('NFKD')
      .toLowerCase()
      .replace(/\p{M}/gu, '')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** What follows the first colon of an identifier such as `HP:0001250`; all of it where there is none. */
export function localPart(identifier: string): string {
  return identifier.replace(/^[A-Za-z][\w.-]*:(?=.)/, '');
}

/** Distinct n-grams of characters within the words; none reaches over a word's end. */
export function ngrams(parts: readonly string[], n: number): Set<string> {
  const found = new Set<string>();
  for (const part of parts) {
    const characters = [...part];
    for (let at = 0; at + n <= characters.length; at++) found.add(characters.slice(at, at + n).join(''));
  }
  return found;
}

/** First characters of the words, digits left out: `tumor protein p53` → tpp. */
export function initials(parts: readonly string[]): string {
  return letters(parts.map((part) => [...part][0]).join(''));
}

export function letters(text: string): string {
  return text.match(/\p{L}/gu)?.join('') ?? '';
}
