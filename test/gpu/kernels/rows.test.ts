/** Row movers against f64: exact where only copies are made. */
import { expect, it } from 'vitest';
import { ABSENT, RowInputs } from '../../../src/engine/decoder/inputs';
import {
  addPositionRows,
  addPositionRowsGrad,
  addPositions,
  embed,
  embedGrad,
  embedTokens,
  embedTokensGrad,
  gather,
  gatherRows,
  positionsGrad,
  scatter,
  scatterRows,
  vocabularyShards,
} from '../../../src/engine/ops/rows';
import { embeddingBackward, embeddingGather } from '../../../src/engine/reference/kernels';
import { expectClose, floats, kernelBench } from '../../helpers/kernel-bench';

const { run, describeKernel } = kernelBench();

/** Bytes of a binding that hold 64 vocabulary rows: the vocabulary falls into shards, the last one short. */
const shardsOf = (vocab: number, width: number, several: boolean) =>
  vocabularyShards(vocab, width, several ? 64 * width * 4 : 2 ** 27);

const LOOK_UPS = [
  { tokens: 1, vocab: 3, width: 4, several: false },
  { tokens: 37, vocab: 200, width: 4, several: true },
  { tokens: 70, vocab: 129, width: 20, several: true },
  { tokens: 100, vocab: 7, width: 64, several: false },
];
const LOOK_UP_NAME = '$tokens tokens of $vocab ids of width $width, several shards: $several';

/** Ids of every shard, the first and the last of the vocabulary among them, many of them repeated. */
function someIds(tokens: number, vocab: number): Uint32Array {
  const draws = floats(9, tokens, 1);
  const ids = Uint32Array.from(draws, (unit) => Math.floor(((unit + 1) / 2) * vocab));
  ids[tokens - 1] = vocab - 1;
  if (tokens > 3) ids[1] = ids[2] = ids[0]!;
  return ids;
}

describeKernel(embed, () => {
  it.each(LOOK_UPS)(LOOK_UP_NAME, async ({ tokens, vocab, width, several }) => {
    const [ids, table] = [someIds(tokens, vocab), floats(1, vocab * width)];
    const shards = shardsOf(vocab, width, several);
    expect(shards.length > 1).toBe(several);
    const found = await run((t) => {
      const y = t.output(tokens * width);
      embedTokens(t.plan, { rows: tokens, width, shards }, { ids: t.input(ids), table: t.input(table), y });
      return () => t.floats(y);
    });
    expect(Float64Array.from(found)).toEqual(embeddingGather(table, ids, width));
  });
});

it('the look-up times a factor, and its gradient', async () => {
  const [ids, table, dx, before] = [Uint32Array.of(2, 0, 2), floats(1, 12), floats(2, 12), floats(3, 12)];
  const shape = { rows: 3, width: 4, shards: shardsOf(3, 4, false), scale: 1.5 };
  const { order, groups } = { order: Uint32Array.of(1, 0, 2), groups: Uint32Array.of(0, 0, 1, 2, 1, 3, ABSENT, 0, 0) };
  const found = await run((t) => {
    const [y, dtable] = [t.output(12), t.input(before)];
    embedTokens(t.plan, shape, { ids: t.input(ids), table: t.input(table), y });
    const sorted = { order: t.input(order), groups: t.input(groups) };
    embedTokensGrad(t.plan, shape, { ...sorted, dx: t.input(dx), dtable });
    return async () => ({ y: await t.floats(y), dtable: await t.floats(dtable) });
  });
  expect(found.y).toEqual(Float32Array.from(embeddingGather(table, ids, 4), (value) => value * 1.5));
  const expected = embeddingBackward(dx, ids, 3, 4).map((value, i) => before[i]! + 1.5 * value);
  expectClose(found.dtable, expected, 1e-6);
});

describeKernel(embedGrad, () => {
  it.each(LOOK_UPS)(`${LOOK_UP_NAME}, padded by absent groups`, async ({ tokens, vocab, width, several }) => {
    const ids = someIds(tokens, vocab);
    const rows = Math.ceil((tokens + 1) / 64) * 64;
    const inputs = new RowInputs({ tokens: rows, supervised: 64 });
    const none = new Uint32Array(0);
    const image = inputs.image(
      { ids, segmentStart: new Uint32Array(tokens), supervisedIndex: none, labels: none, example: none },
      {
        vocabSize: vocab,
        contextLength: rows,
        lossWeight: 0,
        inverseTemperature: 1,
        control: [0, 1],
        hyper: null,
        sortTokens: true,
      },
    );
    const order = new Uint32Array(image, inputs.order.offset, rows);
    const groups = new Uint32Array(image, inputs.groups.offset, rows * 3);
    const [dx, before] = [floats(1, rows * width), floats(2, vocab * width)];
    const found = await run((t) => {
      const dtable = t.input(before);
      embedTokensGrad(
        t.plan,
        { rows, width, shards: shardsOf(vocab, width, several) },
        { order: t.input(order), groups: t.input(groups), dx: t.input(dx), dtable },
      );
      return () => t.floats(dtable);
    });
    const gradient = embeddingBackward(dx, ids, vocab, width);
    expectClose(
      found,
      gradient.map((value, i) => value + before[i]!),
      1e-6,
    );
  });
});

describeKernel(gatherRows, () => {
  it.each([4, 20])('rows of width %i, absent ones as zeros', async (width) => {
    const x = floats(1, 50 * width);
    const index = Uint32Array.of(3, 0, ABSENT, 49, 49, ABSENT, 17);
    const found = await run((t) => {
      const y = t.output(index.length * width);
      gather(t.plan, { rows: index.length, width }, { index: t.input(index), x: t.input(x), y });
      return () => t.floats(y);
    });
    index.forEach((row, i) => {
      const expected = row === ABSENT ? new Float32Array(width) : x.slice(row * width, (row + 1) * width);
      expect(found.slice(i * width, (i + 1) * width)).toEqual(expected);
    });
  });
});

describeKernel(scatterRows, () => {
  it.each([4, 20])('rows of width %i: tokens without a slot get zeros', async (width) => {
    const slot = new Uint32Array(67).fill(ABSENT);
    [5, 0, 66, 31].forEach((token, row) => (slot[token] = row));
    const dy = floats(1, 4 * width);
    const found = await run((t) => {
      const dx = t.output(slot.length * width);
      scatter(t.plan, { rows: slot.length, width }, { slot: t.input(slot), dy: t.input(dy), dx });
      return () => t.floats(dx);
    });
    slot.forEach((row, token) => {
      const expected = row === ABSENT ? new Float32Array(width) : dy.slice(row * width, (row + 1) * width);
      expect(found.slice(token * width, (token + 1) * width)).toEqual(expected);
    });
  });
});

describeKernel(addPositions, () => {
  it.each([4, 20])('rows of width %i get the table row of their position', async (width) => {
    const positions = Uint32Array.of(0, 1, 2, 0, 6, 1, 6);
    const [x, table] = [floats(1, positions.length * width), floats(2, 7 * width)];
    const found = await run((t) => {
      const y = t.output(x.length);
      const inputs = { positions: t.input(positions), table: t.input(table), x: t.input(x), y };
      addPositionRows(t.plan, { rows: positions.length, width }, inputs);
      return () => t.floats(y);
    });
    const rows = embeddingGather(table, positions, width);
    expect(found).toEqual(Float32Array.from(rows, (value, i) => value + x[i]!));
  });
});

describeKernel(positionsGrad, () => {
  it.each([4, 20])('rows of width %i are summed by position, onto what is there', async (width) => {
    const [positions, context] = [Uint32Array.of(0, 1, 2, 0, 6, 1, 6), 9];
    const [dx, before] = [floats(1, positions.length * width), floats(2, context * width)];
    const found = await run((t) => {
      const dtable = t.input(before);
      const shape = { rows: positions.length, width, context };
      addPositionRowsGrad(t.plan, shape, { positions: t.input(positions), dx: t.input(dx), dtable });
      return () => t.floats(dtable);
    });
    const expected = embeddingBackward(dx, positions, context, width);
    expectClose(
      found,
      expected.map((value, i) => value + before[i]!),
      1e-6,
    );
  });
});
