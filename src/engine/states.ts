/**
 * Reads hidden states of packed rows, pooled on the GPU: only means come back, row by row.
 *
 * Promises: a row that fits the announced shape takes no memory beyond it. Must not know: what the tokens say.
 */
import type { DecoderMemory } from './decoder/memory';
import { statesPass, type StatesPass } from './decoder/states';
import type { EngineDevice } from './device';
import { Plan, type Arenas, type Pool } from './plan';
import type { SpanRow, StatesShape } from './types';

const up = (value: number, multiple: number) => Math.max(multiple, Math.ceil(value / multiple) * multiple);

/** Rounded up as plans are. */
export function statesShape({ tokens, spans, layers }: StatesShape): StatesShape {
  return { tokens: up(tokens, 64), spans: up(spans, 64), layers };
}

export class StateReader {
  readonly #plans = new Map<string, { pass: StatesPass; plan: Plan }>();

  constructor(
    private readonly device: EngineDevice,
    private readonly memory: DecoderMemory,
    private readonly arenas: Arenas,
    private readonly planned: StatesShape | null,
  ) {}

  async read(rows: readonly SpanRow[], layers: readonly number[]): Promise<Float32Array[]> {
    const { hiddenSize, vocabSize, contextLength } = this.memory.config;
    const total = rows.reduce((sum, { spans }) => sum + spans.length / 2, 0);
    const results = layers.map(() => new Float32Array(total * hiddenSize));
    let done = 0;
    for (const row of rows) {
      const count = row.spans.length / 2;
      const { pass, plan } = await this.#plan(this.#shapeFor(row, layers));
      const queue = this.device.raw.queue;
      queue.writeBuffer(pass.spans.pool.buffer!, 0, pass.spans.image(row));
      const image = pass.inputs.image(row.row, {
        vocabSize,
        contextLength,
        lossWeight: 0,
        inverseTemperature: 1,
        control: [0, 1],
        hyper: null,
        sortTokens: false,
      });
      queue.writeBuffer(pass.inputs.pool.buffer!, 0, image);
      const encoder = this.device.raw.createCommandEncoder();
      const compute = encoder.beginComputePass();
      plan.replay(compute);
      compute.end();
      this.device.submit(encoder.finish());
      const bytes = await this.device.read(pass.outputs.buffer!, 0, pass.outputs.bytes);
      pass.means.forEach((mean, at) => {
        results[at]!.set(new Float32Array(bytes, mean.offset, count * hiddenSize), done * hiddenSize);
      });
      done += count;
    }
    return results;
  }

  release(): void {
    for (const { plan, pass } of this.#plans.values()) {
      plan.release();
      for (const pool of poolsOf(pass)) pool.release(this.device);
    }
  }

  /** The announced shape where the row fits it, so that all rows share one plan. */
  #shapeFor({ row, spans }: SpanRow, layers: readonly number[]): StatesShape {
    const own = statesShape({ tokens: row.ids.length, spans: spans.length / 2, layers });
    const planned = this.planned && statesShape(this.planned);
    const fits = planned && planned.tokens >= own.tokens && planned.spans >= own.spans;
    return fits && String(planned.layers) === String(layers) ? planned : own;
  }

  async #plan(shape: StatesShape) {
    const key = `${shape.tokens}/${shape.spans}/${shape.layers.join()}`;
    let entry = this.#plans.get(key);
    if (!entry) {
      const pass = statesPass(this.memory, shape);
      for (const pool of poolsOf(pass)) pool.allocate(this.device);
      entry = { pass, plan: await Plan.compile(this.device, pass.plan, this.arenas) };
      this.#plans.set(key, entry);
    }
    return entry;
  }
}

function poolsOf({ inputs, spans, outputs }: StatesPass): Pool[] {
  return [inputs.pool, spans.pool, outputs];
}
