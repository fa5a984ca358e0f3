/**
 * The inputs of one packed row as one image, written to the GPU in one call per micro-step.
 *
 * Promises: shorter rows are padded with one-token segments that carry no label, so one recorded shape serves them all.
 */
import { LabError } from '../../core/errors';
import type { PackedRow } from '../../core/packed-row';
import { HYPER_WIDTH } from '../ops/optim';
import { Pool, type Tensor } from '../plan';

export const ABSENT = 0xffffffff;

export interface RowShape {
  tokens: number;
  supervised: number;
}

export class RowInputs {
  readonly shape: RowShape;
  readonly pool = new Pool('row inputs');
  readonly ids: Tensor;
  readonly positions: Tensor;
  readonly segmentStart: Tensor;
  readonly segmentEnd: Tensor;
  /** Head row of each token, ABSENT without label. */
  readonly slot: Tensor;
  readonly index: Tensor;
  readonly labels: Tensor;
  readonly weights: Tensor;
  /** Tokens sorted by id, and per distinct id {id, first, end}: for the embedding's gradient. */
  readonly order: Tensor;
  readonly groups: Tensor;
  /** {report slot, first micro-batch of its step}. */
  readonly control: Tensor;
  readonly hyper: Tensor;
  /** 1/T. */
  readonly temperature: Tensor;
  #image: ArrayBuffer | null = null;

  constructor(shape: RowShape) {
    this.shape = shape;
    const { tokens, supervised } = shape;
    const reserve = (name: string, elements: number) => this.pool.reserve(name, elements);
    this.ids = reserve('ids', tokens);
    this.positions = reserve('positions', tokens);
    this.segmentStart = reserve('segment start', tokens);
    this.segmentEnd = reserve('segment end', tokens);
    this.slot = reserve('slot', tokens);
    this.index = reserve('supervised index', supervised);
    this.labels = reserve('labels', supervised);
    this.weights = reserve('label weights', supervised);
    this.order = reserve('token order', tokens);
    this.groups = reserve('token groups', tokens * 3);
    this.control = reserve('control', 2);
    this.hyper = reserve('hyper', HYPER_WIDTH);
    this.temperature = reserve('inverse temperature', 1);
  }

  /** The row's image; the buffer is reused, so write it before the next call. Errors: `token-out-of-range`, `sequence-too-long`. */
  image(
    row: PackedRow,
    o: {
      vocabSize: number;
      contextLength: number;
      lossWeight: number;
      inverseTemperature: number;
      control: readonly [number, number];
      hyper: Float32Array | null;
    },
  ): ArrayBuffer {
    const { tokens, supervised } = this.shape;
    if (row.ids.length > tokens || row.labels.length > supervised) {
      throw new LabError(
        'sequence-too-long',
        `A row of ${row.ids.length} tokens with ${row.labels.length} labels does not fit ${tokens} and ${supervised}.`,
        {
          hint: 'Raise train.rowTokens, or lower the batch.',
          control: 'train.rowTokens',
        },
      );
    }
    this.#image ??= new ArrayBuffer(this.pool.bytes);
    const u32 = (tensor: Tensor) => new Uint32Array(this.#image!, tensor.offset, tensor.elements);
    const f32 = (tensor: Tensor) => new Float32Array(this.#image!, tensor.offset, tensor.elements);
    const ids = u32(this.ids).fill(0);
    const positions = u32(this.positions).fill(0);
    const start = u32(this.segmentStart);
    const end = u32(this.segmentEnd);
    ids.set(row.ids);
    for (let t = 0; t < tokens; t++) {
      start[t] = row.segmentStart[t] ?? t;
      positions[t] = t - start[t]!;
      if (ids[t]! >= o.vocabSize) throw outOfRange(ids[t]!, o.vocabSize);
      if (positions[t]! >= o.contextLength) throw tooLong(positions[t]! + 1, o.contextLength);
    }
    for (let t = tokens - 1; t >= 0; t--) end[t] = t + 1 < tokens && start[t + 1] !== t + 1 ? end[t + 1]! : t + 1;
    const slot = u32(this.slot).fill(ABSENT);
    row.supervisedIndex.forEach((token, i) => (slot[token] = i));
    u32(this.index).fill(ABSENT).set(row.supervisedIndex);
    u32(this.labels).fill(0).set(row.labels);
    for (const label of row.labels) if (label >= o.vocabSize) throw outOfRange(label, o.vocabSize);
    f32(this.weights).fill(0).fill(o.lossWeight, 0, row.labels.length);
    this.#sortTokens(ids, row.ids.length);
    u32(this.control).set(o.control);
    if (o.hyper) f32(this.hyper).set(o.hyper);
    f32(this.temperature)[0] = o.inverseTemperature;
    return this.#image;
  }

  #sortTokens(ids: Uint32Array, used: number): void {
    const order = new Uint32Array(this.#image!, this.order.offset, this.order.elements).fill(0);
    const groups = new Uint32Array(this.#image!, this.groups.offset, this.groups.elements).fill(ABSENT);
    const sorted = Array.from({ length: used }, (_, t) => t).sort((a, b) => ids[a]! - ids[b]! || a - b);
    order.set(sorted);
    let group = -1;
    sorted.forEach((token, place) => {
      if (place === 0 || ids[token] !== ids[sorted[place - 1]!]) {
        group += 1;
        groups[group * 3] = ids[token]!;
        groups[group * 3 + 1] = place;
      }
      groups[group * 3 + 2] = place + 1;
    });
  }
}

export function outOfRange(id: number, vocab: number): LabError {
  return new LabError('token-out-of-range', `Token id ${id} is not in the model's vocabulary of ${vocab}.`, {
    hint: 'Use the tokenizer that belongs to the model, or ids from 0 to the vocabulary size less one.',
    control: 'model.path',
  });
}

export function tooLong(tokens: number, context: number): LabError {
  return new LabError(
    'sequence-too-long',
    `A sequence of ${tokens} tokens exceeds the model's context of ${context}.`,
    {
      hint: 'Shorten the prompt or ask for fewer new tokens.',
      control: 'evaluation.maxNewTokens',
    },
  );
}
