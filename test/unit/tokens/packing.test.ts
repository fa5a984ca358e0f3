/** Packing examples into rows: nothing lost, nothing twice, nothing split. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import type { TokenExample } from '../../../src/core/packed-row';
import { inputTokens, packExamples } from '../../../src/tokens/packing';

const example = (prompt: number[], completion: number[]): TokenExample => ({
  prompt: Uint32Array.from(prompt),
  completion: Uint32Array.from(completion),
});

const tokens = fc.array(fc.nat(500), { minLength: 1, maxLength: 12 });
const examples = fc.array(
  fc.tuple(tokens, tokens).map(([prompt, completion]) => example(prompt, completion)),
  { maxLength: 60 },
);
const rowTokens = fc.integer({ min: 23, max: 90 });

/** What each example became, read back from the rows alone. */
function unpack(rows: ReturnType<typeof packExamples>) {
  return rows.flatMap((row) => {
    const starts = [...new Set(row.segmentStart)];
    return starts.map((start, i) => {
      const end = starts[i + 1] ?? row.ids.length;
      const at = [...row.supervisedIndex.keys()].filter(
        (j) => row.supervisedIndex[j]! >= start && row.supervisedIndex[j]! < end,
      );
      return {
        start,
        ids: [...row.ids.subarray(start, end)],
        segment: [...row.segmentStart.subarray(start, end)],
        positions: at.map((j) => row.supervisedIndex[j]! - start),
        labels: at.map((j) => row.labels[j]!),
        examples: [...new Set(at.map((j) => row.example[j]!))],
      };
    });
  });
}

describe('packed rows', () => {
  it('lay two examples end to end, with labels one ahead of their positions', () => {
    const [row, ...more] = packExamples([example([10, 11], [12, 2]), example([20], [2])], 8, 8);
    expect(more).toEqual([]);
    expect(row).toEqual({
      ids: Uint32Array.of(10, 11, 12, 20),
      segmentStart: Uint32Array.of(0, 0, 0, 3),
      supervisedIndex: Uint32Array.of(1, 2, 3),
      labels: Uint32Array.of(12, 2, 2),
      example: Uint32Array.of(0, 0, 1),
    });
  });

  it('hold every example once, whole, with its labels in order', () => {
    fc.assert(
      fc.property(examples, rowTokens, (list, size) => {
        const segments = unpack(packExamples(list, size, 256));
        expect(segments.map(({ examples: of }) => of).sort((a, b) => a[0]! - b[0]!)).toEqual(list.map((_, i) => [i]));
        for (const { start, ids, segment, positions, labels, examples: of } of segments) {
          const { prompt, completion } = list[of[0]!]!;
          expect(ids).toEqual([...prompt, ...completion.slice(0, -1)]);
          expect(segment).toEqual(ids.map(() => start));
          expect(labels).toEqual([...completion]);
          expect(positions).toEqual(labels.map((_, i) => prompt.length - 1 + i));
        }
      }),
    );
  });

  it('are never longer than asked, and keep their supervised positions and examples in order', () => {
    fc.assert(
      fc.property(examples, rowTokens, (list, size) => {
        const ascending = (values: Uint32Array, gap: number) =>
          values.every((value, i) => i === 0 || value - values[i - 1]! >= gap);
        for (const row of packExamples(list, size, 256)) {
          expect(row.ids.length).toBeLessThanOrEqual(size);
          expect(ascending(row.supervisedIndex, 1)).toBe(true);
          expect(ascending(row.example, 0)).toBe(true);
        }
      }),
    );
  });

  it('put each example into the first row that had room for it', () => {
    fc.assert(
      fc.property(examples, rowTokens, (list, size) => {
        const rows = packExamples(list, size, 256);
        const placeOf = new Map(rows.flatMap((row, r) => [...row.example].map((index) => [index, r])));
        const used: number[] = [];
        for (const [index, item] of list.entries()) {
          const need = inputTokens(item);
          const first = used.findIndex((taken) => taken + need <= size);
          const place = first < 0 ? used.length : first;
          used[place] = (used[place] ?? 0) + need;
          expect(placeOf.get(index)).toBe(place);
        }
      }),
    );
  });

  it('are none for no examples', () => {
    expect(packExamples([], 64, 64)).toEqual([]);
  });
});

describe('an example that fits nowhere', () => {
  const long = example([1, 2, 3, 4], [5, 6, 7]);
  const errorOf = (rowSize: number, context: number, list = [example([1], [2]), long]): LabError => {
    try {
      packExamples(list, rowSize, context);
    } catch (error) {
      expect(error).toBeInstanceOf(LabError);
      return error as LabError;
    }
    return expect.fail('it was packed');
  };

  it('just fits where its last token need not be read', () => {
    expect(packExamples([long], 6, 6)).toHaveLength(1);
  });

  it('names itself, its tokens and the limit of the model', () => {
    const error = errorOf(64, 5);
    expect(error.code).toBe('sequence-too-long');
    expect(error.message).toMatch(/Example 1 takes 6 tokens; the model's context holds 5/);
  });

  it('names the row where that is the limit', () => {
    const error = errorOf(5, 64);
    expect(error.message).toMatch(/Example 1 takes 6 tokens; a packed row holds 5/);
    expect(error.control).toBe('train.rowTokens');
  });

  it('is an error too where prompt or completion has no token', () => {
    expect(errorOf(8, 8, [example([], [1])]).message).toContain('prompt of example 0');
    expect(errorOf(8, 8, [example([1], [])]).message).toContain('completion of example 0');
  });
});
