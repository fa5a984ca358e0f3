/**
 * How prompts and samples are cut into groups that are decoded together, and how large a group can get. Pure.
 *
 * Promises: `largestShape` bounds every shape that `groupRows` and `shapeOf` can give for the same demand, so memory
 * can be planned before there are prompts. Must not know: devices, buffers.
 */
import type { DecodeShape } from './decoder/decode-passes';
import type { DecodeDemand } from './types';

const MAX_ROWS = 256;
const MAX_PROMPT_TOKENS = 2048;

export interface RowJob {
  prompt: number;
  sample: number;
}

/** A set of rows that are decoded together, and the distinct prompts they need. */
export interface RowGroup {
  prompts: number[];
  promptTokens: number;
  rows: RowJob[];
}

const powerOfTwoBelow = (value: number) => 2 ** Math.floor(Math.log2(Math.max(1, value)));
export const powerOfTwo = (value: number) => 2 ** Math.ceil(Math.log2(Math.max(1, value)));
const wholeTiles = (tokens: number) => Math.max(64, Math.ceil(tokens / 64) * 64);

/** A power of two, because buckets of rows are rounded up to one, and their logits must fit a binding. */
export function rowLimit(vocabSize: number, bindingBytes: number): number {
  return Math.min(MAX_ROWS, powerOfTwoBelow(bindingBytes / 4 / vocabSize));
}

/** Rows in (prompt, sample) order, cut where rows or prompt tokens reach their limit. */
export function groupRows(promptTokens: readonly number[], samples: number, limit: number): RowGroup[] {
  const groups: RowGroup[] = [];
  let group: RowGroup = { prompts: [], promptTokens: 0, rows: [] };
  const flush = () => {
    if (group.rows.length > 0) groups.push(group);
    group = { prompts: [], promptTokens: 0, rows: [] };
  };
  promptTokens.forEach((tokens, prompt) => {
    for (let sample = 0; sample < samples; sample++) {
      const isNew = group.prompts.at(-1) !== prompt;
      const tooMany = isNew && group.rows.length > 0 && group.promptTokens + tokens > MAX_PROMPT_TOKENS;
      if (group.rows.length >= limit || tooMany) flush();
      if (group.prompts.at(-1) !== prompt) {
        group.prompts.push(prompt);
        group.promptTokens += tokens;
      }
      group.rows.push({ prompt, sample });
    }
  });
  flush();
  return groups;
}

/** One shape for all groups of a call, so that they share plans. */
export function shapeOf(groups: readonly RowGroup[], maxNewTokens: number): DecodeShape {
  const most = (measure: (group: RowGroup) => number) => Math.max(1, ...groups.map(measure));
  return {
    promptTokens: wholeTiles(most((group) => group.promptTokens)),
    prompts: powerOfTwo(most((group) => group.prompts.length)),
    rows: powerOfTwo(most((group) => group.rows.length)),
    capacity: maxNewTokens,
  };
}

/** The largest shape that a demand can lead to. */
export function largestShape(
  { longestPrompt, prompts, samples, maxNewTokens }: DecodeDemand,
  limit: number,
): DecodeShape {
  const rows = Math.min(limit, prompts * samples);
  // A group may begin and end in the middle of a prompt's samples.
  const together = Math.min(prompts, rows, Math.ceil(rows / samples) + 1);
  return {
    promptTokens: wholeTiles(Math.min(together * longestPrompt, Math.max(MAX_PROMPT_TOKENS, longestPrompt))),
    prompts: powerOfTwo(together),
    rows: powerOfTwo(rows),
    capacity: maxNewTokens,
  };
}
