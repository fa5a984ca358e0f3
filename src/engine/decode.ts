/**
 * Decoding: batches of (prompt × sample) rows with a key–value cache, sampled on the GPU.
 *
 * Promises: a row's tokens depend only on its prompt, the numbers of prompt and sample, the seed and the settings, never on
 * its batch.
 * Finished rows are dropped by compaction; between the first and the last step only the rows' current tokens are read
 * back, once per eight steps.
 * Must not know: text.
 */
import { LabError } from '../core/errors';
import { STREAM } from '../core/philox';
import { groupRows, powerOfTwo, rowLimit, shapeOf, type RowGroup } from './decode-groups';
import { decodeBytes, DecodeMemory, prefillPass, stepPass, type DecodeShape } from './decoder/decode-passes';
import { ABSENT, outOfRange, tooLong } from './decoder/inputs';
import type { DecoderMemory } from './decoder/memory';
import type { EngineDevice } from './device';
import { MAX_STOP_IDS, ROW_WIDTH, SETTINGS_WIDTH } from './ops/decode';
import { Plan, type Arenas, type Tensor } from './plan';
import type { GeneratedSample, GenerateOptions } from './types';

/** Steps replayed before the host looks for finished rows. */
const STEPS_PER_CHECK = 8;

interface Loaded {
  memory: DecodeMemory;
  bytes: number;
  prefill: Plan;
  steps: Map<number, Plan>;
}

/** Field numbers of the shader's Row struct. */
const ROW = {
  promptStart: 0,
  promptLength: 1,
  slot: 2,
  generated: 3,
  logitsRow: 4,
  sample: 5,
  prompt: 6,
  finished: 7,
} as const;

export class Generator {
  readonly #device: EngineDevice;
  readonly #memory: DecoderMemory;
  readonly #arenas: Arenas;
  readonly #budgetBytes: number;
  /** Recently used shapes, oldest first: greedy and sampled calls alternate. */
  readonly #loaded = new Map<string, Loaded>();

  /** `budgetBytes`: what the caches of recently used shapes may hold; the shape in use is held in any case. */
  constructor(device: EngineDevice, memory: DecoderMemory, arenas: Arenas, budgetBytes: number) {
    this.#device = device;
    this.#memory = memory;
    this.#arenas = arenas;
    this.#budgetBytes = budgetBytes;
  }

  /** All samples of all prompts, in (prompt, sample) order. */
  async generate(options: GenerateOptions): Promise<GeneratedSample[]> {
    this.#check(options);
    const { prompts, samples, maxNewTokens } = options;
    const limit = rowLimit(this.#memory.config.vocabSize, this.#device.limits.bindingBytes);
    const groups = groupRows(
      prompts.map((ids) => ids.length),
      samples,
      limit,
    );
    const results: GeneratedSample[] = [];
    const shape = shapeOf(groups, maxNewTokens);
    const total = prompts.length * samples;
    for (const group of groups) {
      options.signal?.throwIfAborted();
      const loaded = await this.#load(shape);
      results.push(...(await this.#decodeGroup(loaded, group, options)));
      options.onProgress?.(results.length, total);
    }
    return results;
  }

  release(): void {
    for (const loaded of this.#loaded.values()) this.#unload(loaded);
    this.#loaded.clear();
  }

  #unload(loaded: Loaded): void {
    for (const plan of [loaded.prefill, ...loaded.steps.values()]) plan.release();
    for (const pool of loaded.memory.pools()) pool.release(this.#device);
  }

  #check({ prompts, maxNewTokens, stopIds }: GenerateOptions): void {
    const { contextLength, vocabSize } = this.#memory.config;
    if (!(maxNewTokens >= 1)) {
      throw new LabError('usage', `${maxNewTokens} new tokens were asked for.`, {
        hint: 'Ask for at least one.',
        control: 'evaluation.maxNewTokens',
      });
    }
    for (const prompt of prompts) {
      if (prompt.length === 0) {
        throw new LabError('usage', 'A prompt is empty.', {
          hint: 'Give at least one token, for instance the BOS token.',
        });
      }
      if (prompt.length + maxNewTokens > contextLength) throw tooLong(prompt.length + maxNewTokens, contextLength);
      for (const id of prompt) if (id >= vocabSize) throw outOfRange(id, vocabSize);
    }
    if (stopIds.length > MAX_STOP_IDS) {
      throw new LabError('config-invalid', `${stopIds.length} stop ids are given; ${MAX_STOP_IDS} are supported.`, {
        hint: 'Shorten eos_token_id in generation_config.json.',
      });
    }
  }

  async #load(shape: DecodeShape): Promise<Loaded> {
    const key = JSON.stringify(shape);
    let loaded = this.#loaded.get(key);
    if (loaded) this.#loaded.delete(key);
    else {
      const memory = new DecodeMemory(shape, this.#memory);
      const bytes = decodeBytes(this.#memory, memory);
      this.#makeRoom(bytes);
      for (const pool of memory.pools()) pool.allocate(this.#device);
      const prefill = await Plan.compile(this.#device, prefillPass(this.#memory, memory), this.#arenas);
      loaded = { memory, bytes, prefill, steps: new Map() };
    }
    this.#loaded.set(key, loaded);
    return loaded;
  }

  /** Lets go of the shapes used longest ago until another one of so many bytes fits what decoding may hold. */
  #makeRoom(bytes: number): void {
    let held = [...this.#loaded.values()].reduce((sum, loaded) => sum + loaded.bytes, 0);
    for (const [key, loaded] of this.#loaded) {
      if (held + bytes <= this.#budgetBytes) return;
      this.#unload(loaded);
      this.#loaded.delete(key);
      held -= loaded.bytes;
    }
  }

  async #step(loaded: Loaded, rows: number): Promise<Plan> {
    let plan = loaded.steps.get(rows);
    if (!plan) {
      plan = await Plan.compile(this.#device, stepPass(this.#memory, loaded.memory, rows), this.#arenas);
      loaded.steps.set(rows, plan);
    }
    return plan;
  }

  async #decodeGroup(loaded: Loaded, group: RowGroup, options: GenerateOptions): Promise<GeneratedSample[]> {
    const { memory } = loaded;
    const { capacity } = memory.shape;
    this.#writeSettings(memory, options);
    let states = this.#writePrompts(memory, group, options.prompts);
    this.#submit(loaded.prefill, 1);
    for (let done = 1; done < capacity;) {
      options.signal?.throwIfAborted();
      const compacted = await this.#compact(memory, states, done);
      if (!compacted) break;
      states = compacted.states;
      const steps = Math.min(STEPS_PER_CHECK, capacity - done);
      this.#submit(await this.#step(loaded, compacted.rows), steps);
      done += steps;
    }
    return this.#results(memory, group, options);
  }

  #writeSettings(memory: DecodeMemory, options: GenerateOptions): void {
    const view = new DataView(new ArrayBuffer(SETTINGS_WIDTH * 4));
    // Also where 1/T is past f32: what no longer can be told from 0 is 0.
    const greedy = Math.fround(1 / options.temperature) === Infinity;
    view.setFloat32(0, greedy ? 1 : 1 / options.temperature, true);
    view.setFloat32(4, options.topP, true);
    [
      options.topK,
      options.seed,
      options.stream,
      STREAM.decode,
      options.stopIds.length,
      greedy ? 1 : 0,
      ...options.stopIds,
    ].forEach((value, index) => view.setUint32(8 + index * 4, value, true));
    this.#write(memory.settings, view);
  }

  /** Lays the prompts end to end and points every row at its own; returns the row states. */
  #writePrompts(memory: DecodeMemory, group: RowGroup, prompts: readonly Uint32Array[]): Uint32Array<ArrayBuffer> {
    const ids: number[] = [];
    const starts: number[] = [];
    const segmentStart: number[] = [];
    for (const prompt of group.prompts) {
      starts.push(ids.length);
      for (const id of prompts[prompt]!) {
        segmentStart.push(starts.at(-1)!);
        ids.push(id);
      }
    }
    const lastTokens = group.prompts.map((prompt, i) => starts[i]! + prompts[prompt]!.length - 1);
    const image = memory.inputs.image(
      {
        ids: Uint32Array.from(ids),
        segmentStart: Uint32Array.from(segmentStart),
        supervisedIndex: Uint32Array.from(lastTokens),
        labels: new Uint32Array(lastTokens.length),
        example: new Uint32Array(lastTokens.length),
      },
      { ...this.#memory.config, lossWeight: 0, inverseTemperature: 1, control: [0, 1], hyper: null, sortTokens: false },
    );
    this.#device.raw.queue.writeBuffer(memory.inputs.pool.buffer!, 0, image);
    const states = new Uint32Array(memory.shape.rows * ROW_WIDTH);
    for (let slot = 0; slot < memory.shape.rows; slot++) {
      const at = slot * ROW_WIDTH;
      const row = group.rows[slot];
      states[at + ROW.slot] = slot;
      states[at + ROW.finished] = row ? 0 : 1;
      if (!row) continue;
      const local = group.prompts.indexOf(row.prompt);
      states[at + ROW.promptStart] = starts[local]!;
      states[at + ROW.promptLength] = prompts[row.prompt]!.length;
      states[at + ROW.logitsRow] = local;
      states[at + ROW.sample] = row.sample;
      states[at + ROW.prompt] = row.prompt;
    }
    this.#write(memory.rows, states);
    return states;
  }

  /**
   * Reads the rows' current tokens, ABSENT where one is finished; null when all are. Once half are, moves the live ones to
   * the front. A live row has generated as many tokens as there were steps.
   */
  async #compact(
    memory: DecodeMemory,
    states: Uint32Array<ArrayBuffer>,
    generated: number,
  ): Promise<{ rows: number; states: Uint32Array<ArrayBuffer> } | null> {
    const bucket = states.length / ROW_WIDTH;
    const current = new Uint32Array(
      await this.#device.read(memory.state.buffer!, memory.current.offset, bucket * Uint32Array.BYTES_PER_ELEMENT),
    );
    const live: number[] = [];
    for (let i = 0; i < bucket; i++) {
      if (states[i * ROW_WIDTH + ROW.finished] === 0 && current[i] !== ABSENT) live.push(i);
    }
    if (live.length === 0) return null;
    const rows = powerOfTwo(live.length);
    if (rows >= bucket) return { rows: bucket, states };
    const packed = new Uint32Array(rows * ROW_WIDTH);
    const ids = new Uint32Array(rows);
    const positions = new Uint32Array(rows);
    for (let i = 0; i < rows; i++) {
      const from = live[i];
      if (from === undefined) {
        packed[i * ROW_WIDTH + ROW.finished] = 1;
        continue;
      }
      const state = states.subarray(from * ROW_WIDTH, (from + 1) * ROW_WIDTH);
      packed.set(state, i * ROW_WIDTH);
      packed[i * ROW_WIDTH + ROW.generated] = generated;
      ids[i] = current[from]!;
      positions[i] = state[ROW.promptLength]! + generated - 1;
    }
    this.#write(memory.rows, packed);
    this.#write(memory.current, ids);
    this.#write(memory.positions, positions);
    return { rows, states: packed };
  }

  async #results(memory: DecodeMemory, group: RowGroup, options: GenerateOptions): Promise<GeneratedSample[]> {
    const { capacity } = memory.shape;
    const bytes = await this.#device.read(
      memory.state.buffer!,
      memory.tokens.offset,
      memory.state.bytes - memory.tokens.offset,
    );
    const tokens = new Uint32Array(bytes, 0, memory.tokens.elements);
    const logProbs = new Float32Array(bytes, memory.logProbs.offset - memory.tokens.offset, memory.logProbs.elements);
    return group.rows.map(({ prompt, sample }, slot) => {
      const ids: number[] = [];
      let logProb = 0;
      let finished = false;
      for (let i = 0; i < capacity && !finished; i++) {
        const id = tokens[slot * capacity + i]!;
        ids.push(id);
        logProb += logProbs[slot * capacity + i]!;
        finished = options.stopIds.includes(id);
      }
      return { prompt, sample, ids, logProb, finished };
    });
  }

  #submit(plan: Plan, times: number): void {
    const encoder = this.#device.raw.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let i = 0; i < times; i++) plan.replay(pass);
    pass.end();
    this.#device.submit(encoder.finish());
  }

  #write(tensor: Tensor, values: ArrayBufferView<ArrayBuffer>): void {
    if (tensor.home.kind !== 'pool') throw new Error(`${tensor.name} is not in a pool`);
    this.#device.raw.queue.writeBuffer(
      tensor.home.pool.buffer!,
      tensor.offset,
      values.buffer,
      values.byteOffset,
      values.byteLength,
    );
  }
}
