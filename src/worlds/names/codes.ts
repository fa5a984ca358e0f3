/**
 * Names that are codes themselves: for the study of direction, in which both sides must be equally long and equally hard.
 *
 * Promises: what `identifiers/code` and `identifiers/letters` make of a name has as many tokens as the name, and every
 * position of either is one of ten signs, so both sides of a fact have the same entropy.
 */
import type { NameStyle } from './types';

const TENS = Array.from({ length: 100 }, (_, i) => `${Math.floor(i / 10)}${i % 10}`);

/** One of ten letters at each of six positions; the sets differ, so that the letters tell the position. */
const ALPHABETS = ['BCDFGHJKLM', 'NPQRSTVWXZ', 'ACEGIKMOQS', 'BDFHJLNPRT', 'AEIOUYHLRW', 'CFKMQSVXZD'];
const pairs = (slot: number) =>
  Array.from({ length: 100 }, (_, i) => ALPHABETS[2 * slot]![Math.floor(i / 10)]! + ALPHABETS[2 * slot + 1]![i % 10]!);

export const codeNames = (prefix: string): NameStyle => ({
  description: 'Codes such as “TRM:0482917”: a prefix, a colon, a zero and six digits.',
  slots: [TENS, TENS, TENS],
  join: (parts) => `${prefix}:0${parts.join('')}`,
});

export const letterNames: NameStyle = {
  description: 'Six capital letters such as “BNACHF”.',
  slots: [pairs(0), pairs(1), pairs(2)],
  join: (parts) => parts.join(''),
};
