import { describe, expect, it } from 'vitest';
import { philox4x32, STREAM } from '../../../src/core/philox';
import { adapterSeed, epochBatches, sampleStream } from '../../../src/experiment/batches';

describe('an epoch’s batches', () => {
  it('hold every example once, the last one what is left', () => {
    const batches = epochBatches(3, 'term-to-id', 1, 23, 5);
    expect(batches.map((batch) => batch.length)).toEqual([5, 5, 5, 5, 3]);
    expect(batches.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, index) => index));
  });

  it('depend on seed, direction and epoch', () => {
    const order = (...args: Parameters<typeof epochBatches>) =>
      epochBatches(...args)
        .flat()
        .join();
    const first = order(3, 'term-to-id', 1, 40, 8);
    expect(order(3, 'term-to-id', 1, 40, 8)).toBe(first);
    expect(order(3, 'term-to-id', 1, 40, 10)).toBe(first);
    expect(order(4, 'term-to-id', 1, 40, 8)).not.toBe(first);
    expect(order(3, 'id-to-term', 1, 40, 8)).not.toBe(first);
    expect(order(3, 'term-to-id', 2, 40, 8)).not.toBe(first);
  });
});

describe('seeds and streams', () => {
  it('give each direction an adapter of its own, within 32 bits', () => {
    expect(adapterSeed(5, 'term-to-id')).toBe(5);
    expect(adapterSeed(4294967295, 'id-to-term')).toBe(0x9e3779b8);
  });

  it('give each chunk of each evaluation draws of its own, inside epochs too', () => {
    const streams = new Set<number>();
    for (const direction of ['term-to-id', 'id-to-term'] as const)
      for (let step = 0; step < 60; step++)
        for (let chunk = 0; chunk < 20; chunk++)
          streams.add(sampleStream(1, direction, { step, epoch: step / 3 }, 0, chunk));
    expect(streams.size).toBe(2400);
  });

  it('name the end of an epoch by the epoch, however many steps it has', () => {
    const stream = (step: number, stepsPerEpoch: number) =>
      sampleStream(7, 'term-to-id', { step, epoch: step / stepsPerEpoch }, 0, 1);
    expect(stream(6, 3)).toBe(stream(14, 7));
    expect(stream(6, 3)).toBe(philox4x32([0, 2, 0, 1], [7, STREAM.decode])[0]);
  });
});
