/** What a grammar of identifiers is. Must not know: whether an identifier belongs to the name it was made of. */
import type { PhiloxSequence } from '../../core/philox';
import type { NameStyle } from '../names';

/** Places of a name's parts in their slots. */
export type Places = readonly [number, number, number];

/** Parts of a name → its identifier. Injective: names that differ have identifiers that differ. */
export type Derivation = (places: Places) => string;

export interface IdentifierGrammar {
  /** Draws the tables of one group, which say what each part of a name becomes. */
  derive(style: NameStyle, random: PhiloxSequence): Derivation;
  /** The identifier above this one; null in a flat grammar. */
  parent(identifier: string): string | null;
}

/** A permutation of 0…size−1 for each slot. */
export function permutations(size: number, random: PhiloxSequence): [number[], number[], number[]] {
  const one = () => random.shuffle(Array.from({ length: size }, (_, i) => i));
  return [one(), one(), one()];
}
