/** The registry of identifier grammars: a new one is one file, one line here and its name in the world's schema. */
import type { GrammarName, SyntheticSource } from '../../spec';
import { code } from './code';
import { hierarchical } from './hierarchical';
import { letters } from './letters';
import { symbol } from './symbol';
import type { IdentifierGrammar } from './types';

type Identifiers = SyntheticSource['identifiers'];

const GRAMMARS: { [G in GrammarName]: (identifiers: Extract<Identifiers, { grammar: G }>) => IdentifierGrammar } = {
  code: ({ prefix }) => code(prefix),
  hierarchical: () => hierarchical,
  symbol: () => symbol,
  letters: () => letters,
};

export function identifierGrammar(identifiers: Identifiers): IdentifierGrammar {
  return (GRAMMARS[identifiers.grammar] as (identifiers: Identifiers) => IdentifierGrammar)(identifiers);
}

export type { Places } from './types';
