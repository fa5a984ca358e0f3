/**
 * Keeps the factors of DoRA's layers true to the parameters, and measures the magnitudes that an adapter starts from.
 *
 * Promises: nothing is done, and no memory taken, where no layer has magnitudes. Must not know: steps, files.
 */
import { doraLayers, doraPass } from './decoder/dora-pass';
import type { DecoderMemory } from './decoder/memory';
import type { EngineDevice } from './device';
import { Plan, type Arenas, type Tensor } from './plan';

export class DoraFactors {
  #plan: Plan | null = null;

  constructor(
    private readonly device: EngineDevice,
    private readonly memory: DecoderMemory,
    private readonly arenas: Arenas,
  ) {}

  /** After the parameters were written. */
  async refresh(): Promise<void> {
    if (this.memory.factors.bytes === 0) return;
    const plan = await this.#compiled();
    this.#submit((encoder) => {
      const pass = encoder.beginComputePass();
      plan.replay(pass);
      pass.end();
    });
  }

  /** Magnitudes become the norms of the rows as the matrices stand: an adapter whose B is zero then changes nothing. */
  async measure(): Promise<void> {
    await this.refresh();
    this.#submit((encoder) => {
      for (const { dora } of doraLayers(this.memory)) {
        const { norm, magnitude } = dora;
        encoder.copyBufferToBuffer(
          bufferOf(norm),
          norm.offset,
          bufferOf(magnitude),
          magnitude.offset,
          norm.elements * 4,
        );
      }
    });
    await this.refresh();
  }

  release(): void {
    this.#plan?.release();
  }

  async #compiled(): Promise<Plan> {
    this.#plan ??= await Plan.compile(this.device, doraPass(this.memory), this.arenas);
    return this.#plan;
  }

  #submit(encode: (encoder: GPUCommandEncoder) => void): void {
    if (this.memory.factors.bytes === 0) return;
    const encoder = this.device.raw.createCommandEncoder();
    encode(encoder);
    this.device.submit(encoder.finish());
  }
}

function bufferOf({ home }: Tensor): GPUBuffer {
  return (home as Extract<Tensor['home'], { kind: 'pool' }>).pool.buffer!;
}
