/** Ten thousand damaged documents: every one is refused with line and column, or read soundly. */
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../../src/core/errors';
import { PhiloxSequence } from '../../../../src/core/philox';
import type { Source, Term } from '../../../../src/ontology/types';
import { parsed } from '../sources';
import { SAMPLED_FORMATS, SAMPLES } from './samples';

const DOCUMENTS_PER_FORMAT = Math.ceil(10_000 / SAMPLED_FORMATS.length);
const SEED = 20260902;

const CHARACTERS = [
  '"',
  '\t',
  ',',
  ';',
  '|',
  '\n',
  '\r',
  ' ',
  '#',
  '!',
  '-',
  ':',
  '\0',
  '\x07',
  'é',
  '\ud800',
  '\ufeff',
  'z',
  '0',
];

function damage(text: string, draw: PhiloxSequence): string {
  let damaged = text;
  for (let left = 1 + draw.nextInt(3); left > 0; left--) {
    const at = draw.nextInt(damaged.length + 1);
    const span = 1 + draw.nextInt(draw.nextInt(2) === 0 ? 3 : 60);
    const character = CHARACTERS[draw.nextInt(CHARACTERS.length)]!;
    const rows = damaged.split('\n');
    const [one, other] = [draw.nextInt(rows.length), draw.nextInt(rows.length)];
    switch (draw.nextInt(7)) {
      case 0: // a span is lost
        damaged = damaged.slice(0, at) + damaged.slice(at + span);
        break;
      case 1: // a character slips in
        damaged = damaged.slice(0, at) + character + damaged.slice(at);
        break;
      case 2: // a character is another
        damaged = damaged.slice(0, at) + character + damaged.slice(at + 1);
        break;
      case 3: // a span comes twice
        damaged = damaged.slice(0, at) + damaged.slice(at, at + span) + damaged.slice(at);
        break;
      case 4: // two rows change places
        [rows[one], rows[other]] = [rows[other]!, rows[one]!];
        damaged = rows.join('\n');
        break;
      case 5: // a row is lost, or comes twice
        rows.splice(one, draw.nextInt(2), ...(draw.nextInt(2) === 0 ? [] : [rows[one]!]));
        damaged = rows.join('\n');
        break;
      default: // the rest is lost
        damaged = damaged.slice(0, at);
    }
  }
  return damaged;
}

function checkTerm({ id, label, symbol, obsolete, synonyms, parents, altIds, replacedBy, xrefs }: Term): void {
  const lists = [[id], parents, altIds, replacedBy, xrefs, synonyms.map(({ text }) => text)].flat();
  if (symbol !== null) lists.push(symbol);
  if (!obsolete) lists.push(label);
  const bad = lists.find(
    (text) => typeof text !== 'string' || text === '' || text !== text.trim() || text.includes('\0'),
  );
  if (bad !== undefined) throw new Error(`unsound text ${JSON.stringify(bad)}`);
}

/** What holds of any source, however damaged the document was that it was read from. */
function checkSound(source: Source): void {
  expect(source.warnings).toHaveLength(source.warningCount);
  for (const { line, column, message } of source.warnings) {
    if (!(line! > 0 && column! > 0) || message === '') throw new Error('a warning without a place');
  }
  switch (source.kind) {
    case 'ontology': {
      const ids = new Set(source.terms.map(({ id }) => id));
      expect(source.terms.length).toBeGreaterThan(0);
      expect(ids.size).toBe(source.terms.length);
      source.terms.forEach(checkTerm);
      for (const id of [...source.roots, ...source.terms.flatMap(({ parents }) => parents)]) expect(ids).toContain(id);
      break;
    }
    case 'annotations':
      expect(source.counts.size).toBeGreaterThan(0);
      expect(source.rows).toBeGreaterThanOrEqual(source.denied);
      for (const [id, count] of source.counts) {
        if (id === '' || !(count >= 0 && Number.isFinite(count))) throw new Error(`unsound count ${id} ${count}`);
      }
      break;
    case 'associations':
      expect(source.rows.length).toBeGreaterThan(0);
      for (const { subjectId, subjectLabel, objectId, objectLabel, evidence } of source.rows) {
        if ([subjectId, subjectLabel, objectId, objectLabel, ...evidence].includes('')) throw new Error('empty text');
        expect(subjectId).toMatch(/^NCBIGene:\d+$/);
      }
      break;
    case 'mappings':
      expect(source.rows.length).toBeGreaterThan(0);
      for (const { subjectId, predicate, objectId } of source.rows) {
        if ([subjectId, predicate, objectId].includes('')) throw new Error('empty text');
      }
  }
}

describe('damaged documents', () => {
  it.each(SAMPLED_FORMATS.map((format, i) => [format.format, format, i] as const))(
    'of %s are refused with their place, or read soundly',
    (name, format, stream) => {
      const text = SAMPLES[name]!;
      expect(format.detects(text, {})).toBe(true);
      checkSound(parsed(format.open('sound', {}), text));
      const draw = new PhiloxSequence(SEED, stream);
      const outcomes = { refused: 0, warned: 0, read: 0 };
      for (let i = 0; i < DOCUMENTS_PER_FORMAT; i++) {
        const damaged = damage(text, draw);
        format.detects(damaged, {});
        try {
          const source = parsed(format.open('damaged', {}), damaged, [draw.nextInt(damaged.length + 1)]);
          checkSound(source);
          outcomes[source.warningCount > 0 ? 'warned' : 'read'] += 1;
        } catch (error) {
          if (!(error instanceof LabError))
            throw new Error(`${String(error)} from ${JSON.stringify(damaged)}`, { cause: error });
          if (!/^damaged, line \d+, column \d+: /.test(error.message) || error.hint === '') throw error;
          if (!['table-malformed', 'ontology-empty'].includes(error.code)) throw error;
          outcomes.refused += 1;
        }
      }
      // Each outcome occurs, or the damage would test nothing.
      for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(DOCUMENTS_PER_FORMAT / 200);
    },
  );
});
