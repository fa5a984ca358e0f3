/**
 * The texts whose vectors are wanted, in tokens and packed into rows, with the span of each that is averaged.
 *
 * `content-mean`: the text's own tokens; `last-token`: the last of them; `as-published`: every token of the text filled up
 * to the longest of its batch of 32, what stands in front (BOS) and the padding included. Padding stands behind the text,
 * reads it and is read by nobody, as with an attention mask in transformers.
 * Promises: spans come in the order of the texts. Must not know: what the texts mean.
 */
import { LabError } from '../../core/errors';
import type { SpanRow } from '../../engine';
import type { EmbeddingRecord } from '../../records';
import type { Tokenizer } from '../../tokens/types';
import { textPrefix } from './own-text';

export type Pooling = EmbeddingRecord['pooling'];
export type Padding = EmbeddingRecord['padding'];

/** Texts of one batch in the published code. */
export const PUBLISHED_BATCH = 32;

interface Sequence {
  ids: Uint32Array;
  /** Span that is averaged. */
  first: number;
  end: number;
  /** Tokens before the padding. */
  text: number;
}

export interface EmbeddingTexts {
  rows: SpanRow[];
  padding: Padding;
  tokens: number;
  warnings: string[];
}

/** The tokenizer's own padding token, else the one that ends a text, as is usual where there is none. */
export function paddingOf(tokenizer: Tokenizer, stopIds: readonly number[]): NonNullable<Padding> {
  const id = tokenizer.padId ?? tokenizer.eosId ?? stopIds[0]!;
  return { id, text: tokenizer.tokenText(id), batch: PUBLISHED_BATCH };
}

/**
 * @param lists texts that are batched apart: all terms, then all identifiers
 * @param rowTokens a row is as long as this, or as the longest text
 */
export function packTexts(
  lists: readonly (readonly string[])[],
  pooling: Pooling,
  options: { tokenizer: Tokenizer; stopIds: readonly number[]; contextLength: number; rowTokens: number },
): EmbeddingTexts {
  const { tokenizer, stopIds, contextLength, rowTokens } = options;
  const warnings: string[] = [];
  const prefix = textPrefix(tokenizer).length;
  const padding = pooling === 'as-published' ? paddingOf(tokenizer, stopIds) : null;
  const sequences = lists.flatMap((texts) => {
    const encoded = texts.map((text): Sequence => {
      const whole = tokenizer.encodePrompt(text);
      if (whole.length <= prefix) throw noToken(text);
      const ids = whole.slice(0, contextLength);
      if (ids.length < whole.length) {
        warnings.push(`“${text}” was cut to ${contextLength} tokens, as the model’s context holds no more.`);
      }
      const first = pooling === 'last-token' ? ids.length - 1 : pooling === 'content-mean' ? prefix : 0;
      return { ids, first, end: ids.length, text: ids.length };
    });
    return padding ? filledUp(encoded, padding) : encoded;
  });
  const longest = sequences.reduce((most, { ids }) => Math.max(most, ids.length), 0);
  const rows = packed(sequences, Math.max(rowTokens, longest));
  return { rows, padding, tokens: sequences.reduce((sum, { ids }) => sum + ids.length, 0), warnings };
}

function filledUp(sequences: readonly Sequence[], { id, batch }: NonNullable<Padding>): Sequence[] {
  return sequences.map((sequence, index) => {
    const start = index - (index % batch);
    const length = sequences.slice(start, start + batch).reduce((most, { ids }) => Math.max(most, ids.length), 0);
    const ids = new Uint32Array(length).fill(id);
    ids.set(sequence.ids);
    return { ...sequence, ids, end: length };
  });
}

/** Rows in the order of the sequences: a sequence that does not fit begins the next row. */
function packed(sequences: readonly Sequence[], rowTokens: number): SpanRow[] {
  const rows: SpanRow[] = [];
  for (let first = 0; first < sequences.length;) {
    let end = first;
    let tokens = 0;
    while (end < sequences.length && tokens + sequences[end]!.ids.length <= rowTokens)
      tokens += sequences[end++]!.ids.length;
    rows.push(rowOf(sequences.slice(first, end), tokens));
    first = end;
  }
  return rows;
}

function rowOf(sequences: readonly Sequence[], tokens: number): SpanRow {
  const none = new Uint32Array(0);
  const row = {
    ids: new Uint32Array(tokens),
    segmentStart: new Uint32Array(tokens),
    supervisedIndex: none,
    labels: none,
    example: none,
  };
  const keyEnd = new Uint32Array(tokens);
  const spans = new Uint32Array(sequences.length * 2);
  let start = 0;
  sequences.forEach(({ ids, first, end, text }, index) => {
    row.ids.set(ids, start);
    row.segmentStart.fill(start, start, start + ids.length);
    for (let t = 0; t < ids.length; t++) keyEnd[start + t] = start + Math.min(t + 1, text);
    spans[2 * index] = start + first;
    spans[2 * index + 1] = start + end;
    start += ids.length;
  });
  return { row, spans, keyEnd };
}

function noToken(text: string): LabError {
  return new LabError('tokenizer-invalid', `“${text}” became no token at all, so it has no vector.`, {
    hint: 'Choose a model whose tokenizer can spell the text, or leave evaluation.probes.embeddings out.',
    control: 'evaluation.probes.embeddings.layers',
  });
}
