/**
 * How a text is cut before any merge: words with the space before them, and single signs.
 *
 * A capital letter, a digit and a punctuation mark stand alone, so an identifier is one token per sign wherever it stands,
 * whatever is frequent; a word is small letters, perhaps behind one capital. The pattern covers every text without a rest and
 * uses only what JavaScript and Oniguruma (the Python library) read alike.
 */
export const PRE_TOKEN_PATTERN = ' ?\\p{Lu}?\\p{Ll}+| ?\\p{Lu}| ?\\p{N}| ?[^\\p{Lu}\\p{Ll}\\p{N} ]| ';

const PATTERN = new RegExp(PRE_TOKEN_PATTERN, 'gu');

export function preTokens(text: string): string[] {
  return text.match(PATTERN) ?? [];
}

const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}
