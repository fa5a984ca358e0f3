/**
 * The order in which a direction's examples are learned. Pure.
 *
 * Promises: an epoch's order depends on seed, direction and epoch only, so it is the same in a run of one direction and
 * of two, and after a resume; every example stands once in an epoch; the last batch may be smaller.
 */
import type { Direction } from '../core/direction';
import { DIRECTIONS } from '../core/direction';
import { philox4x32, PhiloxSequence, STREAM } from '../core/philox';

/** More epochs than a spec can ask for, so that no two (direction, epoch) share a substream. */
const EPOCHS_BOUND = 65536;
/** Keeps the two directions' fresh adapters apart under one seed; any odd constant would do. */
const ADAPTER_SEED_STRIDE = 0x9e3779b9;

export function directionCode(direction: Direction): number {
  return DIRECTIONS.indexOf(direction);
}

/** Seed of a direction's fresh adapter. */
export function adapterSeed(seed: number, direction: Direction): number {
  return (seed + directionCode(direction) * ADAPTER_SEED_STRIDE) >>> 0;
}

/** Indices 0…n−1 in the order of one epoch (1-based), cut into batches. */
export function epochBatches(
  seed: number,
  direction: Direction,
  epoch: number,
  n: number,
  batchSize: number,
): number[][] {
  const substream = directionCode(direction) * EPOCHS_BOUND + epoch;
  const order = new PhiloxSequence(seed, STREAM.shuffle, substream).shuffle(
    Array.from({ length: n }, (_, index) => index),
  );
  const batches: number[][] = [];
  for (let start = 0; start < n; start += batchSize) batches.push(order.slice(start, start + batchSize));
  return batches;
}

/**
 * Stream number for one call of the sampler: each (direction, evaluation, template, chunk) draws its own numbers, whatever
 * was drawn before it. An evaluation at the end of an epoch is named by the epoch, any other by its step: so the numbers of
 * a whole epoch are the same wherever else a run is evaluated.
 */
export function sampleStream(
  seed: number,
  direction: Direction,
  { epoch, step }: { epoch: number; step: number },
  template: number,
  chunk: number,
): number {
  const code = directionCode(direction);
  const [space, time] = Number.isInteger(epoch) ? [code, epoch] : [DIRECTIONS.length + code, step];
  return philox4x32([space, time, template, chunk], [seed, STREAM.decode])[0];
}
