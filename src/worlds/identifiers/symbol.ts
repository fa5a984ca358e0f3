/**
 * Symbols as genes have them: the initials of the name's three parts, then three digits.
 *
 * A digit tells a part from the others of its slot with the same initial, so that no two names have one symbol. A part that
 * begins with a digit has a letter for it that the seed draws.
 */
import type { IdentifierGrammar } from './types';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

export const symbol: IdentifierGrammar = {
  derive: (style, random) => {
    const tables = style.slots.map((parts) => {
      const letterOfDigit = random.shuffle([...LETTERS]).slice(0, 10);
      const digits = new Map<string, number[]>();
      return parts.map((part) => {
        const first = part[0]!;
        if (!digits.has(first)) digits.set(first, random.shuffle([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
        return {
          letter: /\d/.test(first) ? letterOfDigit[Number(first)]! : first.toUpperCase(),
          digit: digits.get(first)!.pop()!,
        };
      });
    });
    return (places) => {
      const signs = places.map((place, slot) => tables[slot]![place]!);
      return [...signs.map(({ letter }) => letter), ...signs.map(({ digit }) => digit)].join('');
    };
  },
  parent: () => null,
};
