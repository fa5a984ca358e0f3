/**
 * Strings that are kept, freed from the text they were cut from.
 *
 * Promises: the same string. Engines represent a longer slice as a window on its parent, so that one kept name would keep
 * a whole chunk of a file; the copy does not.
 */
export function ownText(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
