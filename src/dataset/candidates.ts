/**
 * Which pairs of a terminology can be asked at all, and which answers count as right.
 *
 * Promises: every entry is a candidate; nothing is dropped. A name that several identifiers share stays one-to-many: each of
 * them accepts all. An alternative identifier is never accepted where it is another candidate's own.
 * Must not know: popularity, sampling, prompts.
 */
import { LabError } from '../core/errors';
import { oneLine } from '../ontology';

export { oneLine };

/** What a candidate is made from: an entry of a terminology, or a row of one's own. */
export interface CandidateSource {
  identifier: string;
  term: string;
  synonyms: readonly { text: string; scope: string }[];
  /** Identifiers of merged terms, alias symbols. */
  otherIdentifiers: readonly string[];
  entity: string | null;
  /** Further columns of a table; null elsewhere. */
  cells: Readonly<Record<string, string>> | null;
}

export interface Candidate {
  identifier: string;
  term: string;
  /** Names that count as right for the identifier; the label first. */
  acceptedTerms: string[];
  /** Identifiers that count as right for the label: the term's own, then those of namesakes by identifier. */
  acceptedIdentifiers: string[];
  /** Further identifiers under which numbers about the term may be filed, accepted or not. */
  otherIdentifiers: readonly string[];
  entity: string | null;
  cells: Readonly<Record<string, string>> | null;
}

export const ACCEPTED_NAMES = ['label', 'exact', 'all'] as const;
/** Which names count as right: the label, exact synonyms too, synonyms of any scope too. */
export type AcceptedNames = (typeof ACCEPTED_NAMES)[number];

export interface CandidateOptions {
  /** Default `label`. */
  synonyms?: AcceptedNames;
  /** Whether identifiers of merged terms count as right. Default `accepted`. */
  alternativeIdentifiers?: 'accepted' | 'kept-not-accepted';
  /** Column that says what a pair belongs to, in place of the terminology's own rule. An empty cell: unknown. */
  entityColumn?: string | null;
}

/** Labels that differ in letter case or white space only are one name: the scoring rule cannot tell them apart. */
export function nameKey(term: string): string {
  return oneLine(term).toLowerCase();
}

/** By code units: the same in every host, whatever its language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** In the order of the entries. Throws `table-malformed` for an entity column that no entry has. */
export function candidatesFrom(sources: readonly CandidateSource[], options: CandidateOptions = {}): Candidate[] {
  const { synonyms = 'label', alternativeIdentifiers = 'accepted', entityColumn = null } = options;
  if (entityColumn !== null) requireColumn(sources, entityColumn, 'ontology.entityColumn');
  const own = new Set(sources.map(({ identifier }) => identifier));
  const identifiersOf = (source: CandidateSource) => [
    source.identifier,
    ...(alternativeIdentifiers === 'accepted' ? source.otherIdentifiers.filter((other) => !own.has(other)) : []),
  ];
  const byName = new Map<string, CandidateSource[]>();
  for (const source of sources) {
    const key = nameKey(source.term);
    const known = byName.get(key);
    if (known) known.push(source);
    else byName.set(key, [source]);
  }
  return sources.map((source) => {
    const term = oneLine(source.term);
    const names = source.synonyms
      .filter(({ scope }) => synonyms === 'all' || (synonyms === 'exact' && scope === 'EXACT'))
      .map(({ text }) => oneLine(text))
      .filter((text) => text !== '');
    const namesakes = byName
      .get(nameKey(term))!
      .filter((other) => other !== source)
      .sort((a, b) => compareText(a.identifier, b.identifier));
    return {
      identifier: source.identifier,
      term,
      acceptedTerms: [...new Set([term, ...names])],
      acceptedIdentifiers: [...new Set([source, ...namesakes].flatMap(identifiersOf))],
      otherIdentifiers: source.otherIdentifiers,
      entity: entityColumn === null ? source.entity : oneLine(source.cells?.[entityColumn] ?? '') || null,
      cells: source.cells,
    };
  });
}

/** A column that was asked for by name must stand somewhere. Throws `table-malformed` naming the columns there are. */
export function requireColumn(
  rows: readonly { cells: Readonly<Record<string, string>> | null }[],
  column: string,
  control: string,
): void {
  if (rows.length === 0 || rows.some(({ cells }) => cells !== null && Object.hasOwn(cells, column))) return;
  const columns = [...new Set(rows.flatMap(({ cells }) => Object.keys(cells ?? {})))];
  throw new LabError('table-malformed', `The terms have no column "${column}".`, {
    hint:
      columns.length === 0
        ? 'Columns come with a table; an ontology file has none.'
        : `Choose one of: ${columns.slice(0, 12).join(', ')}.`,
    control,
  });
}
