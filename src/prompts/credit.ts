/**
 * How much of a wrong answer is right: by token, by character, by digit.
 *
 * All of them compare place by place from the left, so one letter too many early on makes what follows wrong; the share of
 * a right answer is 1. Must not know: when an answer is right.
 */

/** Places that agree, of the label's; `prefix`: how many before the first that does not. */
export interface Credit {
  right: number;
  of: number;
  prefix: number;
}

function credit<T>(given: ArrayLike<T>, label: ArrayLike<T>): Credit {
  let right = 0;
  let prefix = 0;
  for (let place = 0; place < label.length; place++) {
    if (place >= given.length || given[place] !== label[place]) continue;
    if (prefix === place) prefix++;
    right++;
  }
  return { right, of: label.length, prefix };
}

/** By sub-token. Pass both with or both without their stop token. */
export function tokenCredit(given: ArrayLike<number>, label: ArrayLike<number>): Credit {
  return credit(given, label);
}

/** By character (code point). */
export function characterCredit(given: string, label: string): Credit {
  return credit([...given], [...label]);
}

/**
 * By digit of an identifier: HP:0001259 for HP:0001251 has 6 of 7. The given digits are read from behind the letters that
 * stand before the label's digits, if the answer holds those letters, else from its start. Digits beyond the label's are
 * not counted against it. Null for a label without digits.
 */
export function digitCredit(given: string, label: string): Credit | null {
  const first = label.search(/\d/);
  if (first < 0) return null;
  const digits = (text: string) => text.match(/\d/g) ?? [];
  const from = given.toLowerCase().indexOf(label.slice(0, first).toLowerCase());
  return credit(digits(given.slice(Math.max(0, from))), digits(label));
}
