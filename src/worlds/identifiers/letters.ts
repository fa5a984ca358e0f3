/** Six capital letters. Each part of the name gives two; ten letters, drawn by the seed, may stand at a position. */
import { permutations, type IdentifierGrammar } from './types';

export const letters: IdentifierGrammar = {
  derive: (_style, random) => {
    const alphabets = Array.from({ length: 6 }, () => random.shuffle([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']).slice(0, 10));
    const tables = permutations(100, random);
    return (places) =>
      places
        .map((place, slot) => {
          const pair = tables[slot]![place]!;
          return alphabets[2 * slot]![Math.floor(pair / 10)]! + alphabets[2 * slot + 1]![pair % 10]!;
        })
        .join('');
  },
  parent: () => null,
};
