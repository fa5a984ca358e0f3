/** What the reference's tests share: seeded numbers, finite differences, distances, a tiny model. */
import { expect } from 'vitest';
import type { PackedRow } from '../../../src/core/packed-row';
import { linearShape, weightShapes } from '../../../src/engine/reference/decoder';
import type { Reals } from '../../../src/engine/reference/kernels';
import { dot, numbers } from '../../helpers/numbers';
import { LLAMA_TRAITS } from '../../../src/engine/traits';
import type { DecoderConfig, LinearName } from '../../../src/engine/types';

/** Indices to difference: all of a small tensor, an even spread over a large one. */
function probes(length: number, most: number): number[] {
  if (length <= most) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.floor(((i + 0.5) * length) / most));
}

/**
 * Holds `gradient` against central differences of `loss`, which reads `point` afresh at every call: entry by entry
 * (all, or `entries` of them) and along two random directions that involve every entry.
 */
export function expectGradient(
  name: string,
  loss: () => number,
  point: Float64Array,
  gradient: Reals,
  { entries = 64, tolerance = 1e-6 } = {},
): void {
  expect(gradient.length, name).toBe(point.length);
  const step = 1e-6;
  const slope = (direction: (i: number) => number): number => {
    const saved = Float64Array.from(point);
    const at = (sign: number) => {
      for (let i = 0; i < point.length; i++) point[i] = saved[i]! + sign * step * direction(i);
      return loss();
    };
    const value = (at(1) - at(-1)) / (2 * step);
    point.set(saved);
    return value;
  };
  const measured: number[] = [];
  const claimed: number[] = [];
  for (const i of probes(point.length, entries)) {
    measured.push(slope((j) => (j === i ? 1 : 0)));
    claimed.push(gradient[i]!);
  }
  for (const seed of [91, 92]) {
    const direction = numbers(seed, point.length);
    measured.push(slope((i) => direction[i]!));
    claimed.push(dot(gradient, direction));
  }
  // A difference of two f64 losses carries about 1e-16·|loss| / step of rounding.
  const rounding = 2e-9 * Math.max(1, Math.abs(loss()));
  const largest = Math.max(...claimed.map(Math.abs));
  measured.forEach((value, n) => {
    expect(Math.abs(value - claimed[n]!), `${name}, probe ${n}: ${value} against ${claimed[n]}`).toBeLessThan(
      tolerance * largest + rounding,
    );
  });
}

export function tinyConfig(tiedHead: boolean): DecoderConfig {
  return {
    vocabSize: 13,
    hiddenSize: 8,
    ffnSize: 10,
    layers: 2,
    heads: 4,
    kvHeads: 2,
    headDim: 4,
    normEpsilon: 1e-5,
    contextLength: 32,
    inverseFrequencies: [1, 0.01],
    tiedHead,
    traits: LLAMA_TRAITS,
  };
}

export function tinyWeights(config: DecoderConfig, seed = 1): Map<string, Float64Array> {
  return new Map(
    weightShapes(config).map(({ name, shape }, n) => {
      const values = numbers(
        seed * 100 + n,
        shape.reduce((a, b) => a * b, 1),
        0.8,
      );
      return [name, /norm$/.test(name) ? values.map((x) => 1 + x / 4) : values];
    }),
  );
}

/** Adapters with A and B both far from zero. */
export function tinyLora(config: DecoderConfig, targets: LinearName[], rank: number): Map<string, Float64Array> {
  const tensors = new Map<string, Float64Array>();
  for (let layer = 0; layer < config.layers; layer++) {
    for (const [n, name] of targets.entries()) {
      const [outSize, inSize] = linearShape(config, name);
      tensors.set(`layers.${layer}.${name}.lora_A`, numbers(500 + layer * 20 + n, rank * inSize, 0.5));
      tensors.set(`layers.${layer}.${name}.lora_B`, numbers(600 + layer * 20 + n, outSize * rank, 0.5));
    }
  }
  return tensors;
}

/** Token sequences laid end to end; `supervised` names, per sequence, the positions whose next token is the label. */
export function packRow(sequences: { ids: number[]; supervised: number[]; labels: number[] }[]): PackedRow {
  const ids: number[] = [];
  const segmentStart: number[] = [];
  const supervisedIndex: number[] = [];
  const labels: number[] = [];
  const example: number[] = [];
  sequences.forEach((sequence, n) => {
    const start = ids.length;
    ids.push(...sequence.ids);
    segmentStart.push(...sequence.ids.map(() => start));
    supervisedIndex.push(...sequence.supervised.map((position) => start + position));
    labels.push(...sequence.labels);
    example.push(...sequence.labels.map(() => n));
  });
  return {
    ids: Uint32Array.from(ids),
    segmentStart: Uint32Array.from(segmentStart),
    supervisedIndex: Uint32Array.from(supervisedIndex),
    labels: Uint32Array.from(labels),
    example: Uint32Array.from(example),
  };
}
