/**
 * The inputs of one packed row as one image, written to the GPU in one call per micro-step.
 *
 * Promises: shorter rows are padded with one-token segments that carry no label, so one recorded shape serves them all.
 */
import { LabError } from '../../core/errors';
import type { PackedRow } from '../../core/packed-row';
import { exampleSpans } from '../loss';
import { HYPER_WIDTH } from '../ops/optim';
import { Pool, type Tensor } from '../plan';
import type { RowShape } from '../types';

export const ABSENT = 0xffffffff;

export interface RowOptions {
  vocabSize: number;
  contextLength: number;
  /** Weight of every supervised position's loss. */
  lossWeight: number;
  inverseTemperature: number;
  /** {report slot, 1 on the first micro-batch of its step}. */
  control: readonly [number, number];
  /** For a weighted loss: one over what it is divided by, and what becomes of the batch's total (`example_total.wgsl`). */
  weighing?: { scale: number; total: 0 | 1 | 2 };
  /** Null where nothing is optimised. */
  hyper: Float32Array | null;
  /** Whether the embedding's gradient is wanted. */
  sortTokens: boolean;
  /** What the row's dropout is drawn from: {seed, step, row of the step}. */
  draw?: readonly [number, number, number];
}

type U32Section =
  'ids' | 'positions' | 'segmentStart' | 'segmentEnd' | 'slot' | 'index' | 'labels' | 'order' | 'groups' | 'control';
type F32Section = 'weights' | 'hyper' | 'temperature';

/** Which example each supervised position belongs to: for losses that weigh them. */
export interface RowExamples {
  /** First head row of each example and the one after its last, [supervised, 2]; equal where there is none. */
  readonly spans: Tensor;
  /** Example of each head row, ABSENT for padding. */
  readonly owner: Tensor;
  readonly scale: Tensor;
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
  /** {report slot, first micro-batch of its step, what becomes of the batch's total}. */
  readonly control: Tensor;
  readonly hyper: Tensor;
  /** 1/T. */
  readonly temperature: Tensor;
  readonly examples: RowExamples | null;
  /** {seed, step, row of the step}; null where nothing is dropped. */
  readonly draw: Tensor | null;
  readonly #image: ArrayBuffer;
  readonly #views: Record<U32Section, Uint32Array> & Record<F32Section, Float32Array>;

  /**
   * @param weighted whether the loss weighs examples, so that they must be told apart
   * @param dropping whether the pass drops anything
   */
  constructor(shape: RowShape, weighted = false, dropping = false) {
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
    this.control = reserve('control', 3);
    this.hyper = reserve('hyper', HYPER_WIDTH);
    this.temperature = reserve('inverse temperature', 1);
    this.examples = weighted
      ? {
          spans: reserve('example spans', supervised * 2),
          owner: reserve('example of label', supervised),
          scale: reserve('loss scale', 1),
        }
      : null;
    this.draw = dropping ? reserve('dropout draw', 3) : null;
    this.#image = new ArrayBuffer(this.pool.bytes);
    const u32 = (tensor: Tensor) => new Uint32Array(this.#image, tensor.offset, tensor.elements);
    const f32 = (tensor: Tensor) => new Float32Array(this.#image, tensor.offset, tensor.elements);
    this.#views = {
      ids: u32(this.ids),
      positions: u32(this.positions),
      segmentStart: u32(this.segmentStart),
      segmentEnd: u32(this.segmentEnd),
      slot: u32(this.slot),
      index: u32(this.index),
      labels: u32(this.labels),
      order: u32(this.order),
      groups: u32(this.groups),
      control: u32(this.control),
      weights: f32(this.weights),
      hyper: f32(this.hyper),
      temperature: f32(this.temperature),
    };
  }

  /**
   * The row's image, in a buffer that the next call reuses: write it to the GPU first.
   * Errors: `token-out-of-range`, `sequence-too-long`.
   */
  image(row: PackedRow, o: RowOptions): ArrayBuffer {
    this.#check(row, o);
    const views = this.#views;
    const { tokens } = this.shape;
    const { ids, positions, segmentStart: start, segmentEnd: end, slot } = views;
    ids.fill(0).set(row.ids);
    for (let t = 0; t < tokens; t++) {
      start[t] = row.segmentStart[t] ?? t;
      positions[t] = t - start[t]!;
      if (positions[t]! >= o.contextLength) throw tooLong(positions[t]! + 1, o.contextLength);
    }
    for (let t = tokens - 1; t >= 0; t--) end[t] = t + 1 < tokens && start[t + 1] !== t + 1 ? end[t + 1]! : t + 1;
    slot.fill(ABSENT);
    row.supervisedIndex.forEach((token, i) => (slot[token] = i));
    views.index.fill(ABSENT).set(row.supervisedIndex);
    views.labels.fill(0).set(row.labels);
    views.weights.fill(0).fill(o.lossWeight, 0, row.labels.length);
    this.#tellExamplesApart(row, o.weighing?.scale ?? 0);
    if (o.sortTokens) this.#sortTokens(row.ids.length);
    views.control.set([...o.control, o.weighing?.total ?? 0]);
    if (o.hyper) views.hyper.set(o.hyper);
    views.temperature[0] = o.inverseTemperature;
    if (this.draw && o.draw) new Uint32Array(this.#image, this.draw.offset, 3).set(o.draw);
    return this.#image;
  }

  #tellExamplesApart(row: PackedRow, scale: number): void {
    if (!this.examples) return;
    const { spans, owner, scale: factor } = this.examples;
    const owners = new Uint32Array(this.#image, owner.offset, owner.elements).fill(ABSENT);
    const limits = new Uint32Array(this.#image, spans.offset, spans.elements).fill(0);
    for (const [index, [first, end]] of exampleSpans(row).entries()) {
      limits.set([first, end], index * 2);
      owners.fill(index, first, end);
    }
    new Float32Array(this.#image, factor.offset, 1)[0] = scale;
  }

  #check(row: PackedRow, o: RowOptions): void {
    const { tokens, supervised } = this.shape;
    if (row.ids.length > tokens || row.labels.length > supervised) {
      throw new LabError(
        'sequence-too-long',
        `A row of ${row.ids.length} tokens with ${row.labels.length} labels does not fit ${tokens} and ${supervised}.`,
        { hint: 'Raise train.rowTokens, or lower the batch.', control: 'train.rowTokens' },
      );
    }
    for (const id of row.ids) if (id >= o.vocabSize) throw outOfRange(id, o.vocabSize);
    for (const label of row.labels) if (label >= o.vocabSize) throw outOfRange(label, o.vocabSize);
  }

  /** Token places by id, ties by place, and where each id's run begins and ends. */
  #sortTokens(used: number): void {
    const { ids, order, groups } = this.#views;
    for (let t = 0; t < used; t++) order[t] = t;
    order.subarray(0, used).sort((a, b) => ids[a]! - ids[b]! || a - b);
    groups.fill(ABSENT);
    let group = -1;
    for (let place = 0; place < used; place++) {
      const id = ids[order[place]!]!;
      if (place === 0 || id !== ids[order[place - 1]!]) {
        group += 1;
        groups[group * 3] = id;
        groups[group * 3 + 1] = place;
      }
      groups[group * 3 + 2] = place + 1;
    }
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
