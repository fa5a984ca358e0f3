/**
 * An ontology as a terminology sees it: one entry for each term that can be asked.
 *
 * Promises: nothing is dropped in silence. What does not become an entry is counted under its reason, with examples, so
 * that entries and counts add up to the terms read. An ontology without a single entry → `terminology-mismatch`.
 * Must not know: popularity, sampling, which names a spec accepts.
 */
import { LabError } from '../../core/errors';
import type { Ontology, Synonym, Term } from '../types';
import { Hierarchy } from './branches';
import { looksLikeSymbol, symbolStem } from './genes';
import { detectTerminology } from './registry';
import type { LeftOut, Terminology, TerminologyEntries, TerminologyEntry } from './types';

const EXAMPLES = 3;

/** White space as single spaces, none at the ends: what can be asked and answered on one line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Throws `terminology-mismatch` if no term of the ontology is of this terminology. */
export function entriesOf(ontology: Ontology, terminology: Terminology): TerminologyEntries {
  const { fields, grammar, nouns, aspect } = terminology;
  const pattern = new RegExp(grammar.pattern);
  const hierarchy = new Hierarchy(ontology, terminology.aboveBranches);
  const entries: TerminologyEntry[] = [];
  const leftOut = new Map<string, LeftOut>();
  const taken = new Set<string>();

  const leaveOut = (reason: string, term: Term) => {
    let group = leftOut.get(reason);
    if (group === undefined) leftOut.set(reason, (group = { reason, count: 0, examples: [] }));
    group.count += 1;
    if (group.examples.length < EXAMPLES) group.examples.push(oneLine(`${term.id} ${term.label}`));
  };

  for (const term of ontology.terms) {
    if (term.obsolete) {
      leaveOut('obsolete', term);
      continue;
    }
    const name = oneLine((fields.term === 'symbol' ? term.symbol : null) ?? term.label);
    const identifier = identifierOf(term, terminology, pattern);
    if (name === '') leaveOut(`without a ${nouns.term}`, term);
    else if (identifier === null) leaveOut(`${nouns.identifier} not of the form ${grammar.example}`, term);
    else if (aspect !== null && !hasAspect(term, aspect, hierarchy)) leaveOut(`not a ${nouns.term}`, term);
    else if (name === identifier) leaveOut(`${nouns.term} and ${nouns.identifier} are the same`, term);
    else if (taken.has(identifier)) leaveOut(`${nouns.identifier} stands on an earlier term`, term);
    else {
      taken.add(identifier);
      entries.push({
        identifier,
        term: name,
        ...namesOf(term, name, identifier, terminology),
        entity: entityOf(term, name, identifier, terminology, hierarchy),
        cells: term.cells,
        definition: term.definition,
      });
    }
  }
  if (entries.length === 0) throw mismatch(ontology, terminology, [...leftOut.values()]);
  return { entries, leftOut: [...leftOut.values()] };
}

/** The term's identifier as the grammar spells it; null if there is none that fits. */
function identifierOf(term: Term, terminology: Terminology, pattern: RegExp): string | null {
  const { fields, spell = (identifier: string) => identifier, identifierAmongXrefs = false } = terminology;
  // A table has no symbols of its own: the column that was chosen holds them.
  const own = (fields.identifier === 'symbol' ? term.symbol : null) ?? term.id;
  for (const candidate of identifierAmongXrefs ? [own, ...term.xrefs] : [own]) {
    const spelled = spell(candidate.trim());
    if (pattern.test(spelled)) return spelled;
  }
  return null;
}

const ASPECTS = new Set(['cellular_component', 'molecular_function', 'biological_process']);

function hasAspect(term: Term, aspect: NonNullable<Terminology['aspect']>, hierarchy: Hierarchy): boolean {
  if (term.namespace !== null && ASPECTS.has(term.namespace)) return term.namespace === aspect.namespace;
  return hierarchy.isBelow(term, aspect.root);
}

/** Further names and identifiers; gene tables list alias symbols and alias names together. */
function namesOf(
  term: Term,
  name: string,
  identifier: string,
  terminology: Terminology,
): { synonyms: Synonym[]; otherIdentifiers: string[] } {
  const { fields, oneToMany } = terminology;
  const texts = new Set([name]);
  const synonyms: Synonym[] = [];
  const others = new Set(term.altIds.map((id) => terminology.spell?.(id) ?? id));
  for (const { text, scope } of term.synonyms) {
    const line = oneLine(text);
    if (line === '' || texts.has(line)) continue;
    texts.add(line);
    if (oneToMany.furtherNames === 'symbol-synonyms' && !looksLikeSymbol(line)) continue;
    if (fields.identifier === 'symbol' && looksLikeSymbol(line)) others.add(line);
    else synonyms.push({ text: line, scope });
  }
  others.delete(identifier);
  return { synonyms, otherIdentifiers: [...others] };
}

function entityOf(
  term: Term,
  name: string,
  identifier: string,
  { entity, fields }: Terminology,
  hierarchy: Hierarchy,
): string | null {
  switch (entity.kind) {
    case 'branch':
      return hierarchy.branchOf(term);
    case 'symbol-stem':
      return symbolStem(fields.identifier === 'symbol' ? identifier : name);
    case 'code-stem':
      return identifier.slice(0, entity.characters);
  }
}

function mismatch(ontology: Ontology, terminology: Terminology, leftOut: LeftOut[]): LabError {
  const why =
    leftOut.map(({ reason, count, examples }) => `${count} ${reason} (${examples[0]})`).join('; ') || 'it is empty';
  const found = detectTerminology(ontology);
  return new LabError(
    'terminology-mismatch',
    `${ontology.name ?? 'The file'} has no term of ${terminology.title} among its ${ontology.terms.length}: ${why}.`,
    {
      hint:
        found.name === terminology.name
          ? 'Choose a file with live terms that have names and identifiers.'
          : `Set ontology.terminology to "${found.name}" (${found.title}), which the content looks like, or choose another file.`,
      control: 'ontology.terminology',
    },
  );
}
