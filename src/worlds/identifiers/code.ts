/** Codes as HPO and GO have them, PREFIX:0000000. Each part of the name gives two of the last six digits. */
import { permutations, type IdentifierGrammar } from './types';

export const code = (prefix: string): IdentifierGrammar => ({
  derive: (_style, random) => {
    const tables = permutations(100, random);
    return (places) => `${prefix}:0${places.map((place, slot) => twoDigits(tables[slot]![place]!)).join('')}`;
  },
  parent: () => null,
});

const twoDigits = (number: number) => String(number).padStart(2, '0');
