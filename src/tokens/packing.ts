/**
 * Packs short prompt–completion examples end to end into rows, the engine's unit of work.
 *
 * Promises: every example is one contiguous segment of one row; the same input gives the same rows; within a row the
 * examples keep their order. Must not know: text, models, what is trained.
 */
import { LabError } from '../core/errors';
import type { PackedRow, TokenExample } from '../core/packed-row';

interface OpenRow {
  examples: number[];
  tokens: number;
}

/** Tokens that an example takes in a row: the last one is only predicted, never read. */
export function inputTokens(example: TokenExample): number {
  return example.prompt.length + example.completion.length - 1;
}

/**
 * First fit in order of the examples: each goes into the first row with room for it. Rows are as long as their
 * content, at most `rowTokens`.
 *
 * Throws `sequence-too-long` where an example is longer than a row or than the model's context.
 */
export function packExamples(examples: readonly TokenExample[], rowTokens: number, contextLength: number): PackedRow[] {
  const rows: OpenRow[] = [];
  const shortest = examples.reduce((least, example) => Math.min(least, inputTokens(example)), Infinity);
  let firstOpen = 0;
  for (const [index, example] of examples.entries()) {
    checkExample(example, index, rowTokens, contextLength);
    const tokens = inputTokens(example);
    while (firstOpen < rows.length && rows[firstOpen]!.tokens + shortest > rowTokens) firstOpen++;
    let place = firstOpen;
    while (place < rows.length && rows[place]!.tokens + tokens > rowTokens) place++;
    const row = (rows[place] ??= { examples: [], tokens: 0 });
    row.examples.push(index);
    row.tokens += tokens;
  }
  return rows.map((row) => layRow(row, examples));
}

function checkExample(example: TokenExample, index: number, rowTokens: number, contextLength: number): void {
  const empty = (['prompt', 'completion'] as const).find((part) => example[part].length === 0);
  if (empty !== undefined) {
    throw new LabError('tokenizer-invalid', `The ${empty} of example ${index} became no token at all.`, {
      hint: 'Every prompt and every completion needs a token: check the template and the tokenizer.',
      control: 'templates.set',
    });
  }
  const tokens = inputTokens(example);
  const limit = Math.min(rowTokens, contextLength);
  if (tokens <= limit) return;
  const byContext = contextLength <= rowTokens;
  throw new LabError(
    'sequence-too-long',
    `Example ${index} takes ${tokens} tokens; ${byContext ? "the model's context" : 'a packed row'} holds ${limit}.`,
    {
      hint: byContext
        ? 'Use a shorter template or leave the longest terms out, or choose a model with a longer context.'
        : 'Raise train.rowTokens, use a shorter template or leave the longest terms out.',
      control: byContext ? 'model.path' : 'train.rowTokens',
    },
  );
}

function layRow({ examples: members, tokens }: OpenRow, examples: readonly TokenExample[]): PackedRow {
  const supervised = members.reduce((sum, index) => sum + examples[index]!.completion.length, 0);
  const row: PackedRow = {
    ids: new Uint32Array(tokens),
    segmentStart: new Uint32Array(tokens),
    supervisedIndex: new Uint32Array(supervised),
    labels: new Uint32Array(supervised),
    example: new Uint32Array(supervised),
  };
  let start = 0;
  let label = 0;
  for (const index of members) {
    const { prompt, completion } = examples[index]!;
    const end = start + prompt.length + completion.length - 1;
    row.ids.set(prompt, start);
    row.ids.set(completion.subarray(0, -1), start + prompt.length);
    row.segmentStart.fill(start, start, end);
    // The output at the last prompt token predicts the first completion token, and so on.
    for (const [i, id] of completion.entries()) {
      row.supervisedIndex[label] = start + prompt.length - 1 + i;
      row.labels[label] = id;
      row.example[label] = index;
      label++;
    }
    start = end;
  }
  return row;
}
