/**
 * Codes as ICD has them: a letter, two digits, a point, three digits, each sign below the ones before it.
 *
 * The name's last part gives the letter and the first digit (the chapter's block), its second part the next two, its first
 * part the last two: names of one kind of finding lie below one block, names that share two parts below one category.
 */
import { permutations, type IdentifierGrammar } from './types';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

export const hierarchical: IdentifierGrammar = {
  derive: (_style, random) => {
    const chapters = random.shuffle([...LETTERS]).slice(0, 10);
    const [low, middle, high] = permutations(100, random);
    return (places) => {
      const [l, m, h] = [low[places[0]]!, middle[places[1]]!, high[places[2]]!];
      const digits = [h % 10, Math.floor(m / 10), m % 10, Math.floor(l / 10), l % 10].join('');
      return `${chapters[Math.floor(h / 10)]!}${digits.slice(0, 2)}.${digits.slice(2)}`;
    };
  },
  parent: (identifier) => identifier.slice(0, identifier.indexOf('.')),
};
