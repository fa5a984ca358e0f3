/**
 * A world as files: what is known of its facts, and its sentences.
 *
 * Promises: the same world gives the same bytes; terms.tsv is a table that the lab reads as an ontology, as counts and as
 * covariates. Must not know: where files go.
 */
import type { FactOccurrences, World } from './types';

export const TERM_COLUMNS = [
  'term',
  'identifier',
  'group',
  'exposures',
  'log2_exposures',
  'term_first',
  'grammar',
  'lambda',
  'derived',
  'parent',
] as const;

/** Decimal places of what is computed. */
const DIGITS = 6;

export const exposuresOf = (found: FactOccurrences) => found['term-to-id'].length + found['id-to-term'].length;

/**
 * One row a fact, in the order of the facts. `log2_exposures` is log2(1 + exposures); `term_first` the share of the exposures
 * with the term first, empty where there are none; empty cells are unknown.
 */
export function termsTable({ facts, occurrences }: Pick<World, 'facts' | 'occurrences'>): string {
  const rows = facts.map(({ term, identifier, group, grammar, lambda, derived, parent }, i) => {
    const found = occurrences[i]!;
    const exposures = exposuresOf(found);
    return [
      term,
      identifier,
      group,
      exposures,
      rounded(Math.log2(1 + exposures)),
      exposures === 0 ? '' : rounded(found['term-to-id'].length / exposures),
      grammar,
      lambda ?? '',
      derived === null ? '' : Number(derived),
      parent ?? '',
    ];
  });
  return tableText(TERM_COLUMNS, rows);
}

export function tableText(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(cell).join('\t')}\n`).join('');
}

/** One line a fact: its name, its identifier and the sentences that state it, by order. */
export function occurrenceLines({ facts, occurrences }: Pick<World, 'facts' | 'occurrences'>): string {
  return facts
    .map(({ term, identifier }, i) => {
      const { 'term-to-id': termFirst, 'id-to-term': idFirst } = occurrences[i]!;
      return `${JSON.stringify({ fact: i, term, identifier, termFirst, idFirst })}\n`;
    })
    .join('');
}

/** One line a sentence, in the order of training. */
export function sentenceLines({ corpus }: Pick<World, 'corpus'>): string {
  return corpus.sentences.map(({ text, fact, order }) => `${JSON.stringify({ text, fact, order })}\n`).join('');
}

/** A number without the last digits, in which hosts may differ. */
function rounded(value: number): number {
  return Number(value.toFixed(DIGITS));
}

/** Cells with quotes or tabs, and those that look like a comment, are quoted, as the table reader expects. */
function cell(value: string | number): string {
  const text = String(value);
  return /^#|["\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
