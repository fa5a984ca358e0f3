/**
 * A class of diseases, or of any named things, from their names alone.
 *
 * Without a classification such as the MeSH trees there is no better source in an association file. It is a heuristic:
 * "Breast Neoplasms" and "Lung Neoplasms" fall together, "Leukemia" and "Neoplasms" do not, though one is the other.
 * Where a classification is at hand, pass a function over it instead.
 */

/**
 * The last word of the name before its first comma, in lower case and the singular: in inverted headings ("Anemia, Sickle
 * Cell") the head stands first. Words without two letters in a row, and ordinals of types ("type 2", "1A"), are passed
 * over. Null for a name without such a word.
 */
export function headNoun({ label }: { label: string }): string | null {
  const head = label.split(',')[0]!.toLowerCase();
  const words = (head.match(/[\p{L}\p{N}'’-]+/gu) ?? []).filter((word) => /\p{L}{2}/u.test(word) && !/\d/.test(word));
  const last = words.filter((word) => word !== 'type').at(-1) ?? words.at(-1);
  return last === undefined ? null : singular(last);
}

function singular(word: string): string {
  if (/[^aeiou]ies$/.test(word) && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(ss|us|is)$/.test(word) || word.length < 4) return word;
  return word.endsWith('s') ? word.slice(0, -1) : word;
}
