/**
 * How long runs take on this device: measured by a few calls to the engine, remembered for the next plan.
 *
 * Promises: an estimate says where it comes from; another graphics adapter is another speed; one that cannot be kept
 * lasts as long as the page. Must not know: components, the worker.
 */
import * as v from 'valibot';
import type { Clock } from '../core/clock';
import type { MeasuredSpeed, RunPlan } from '../worker/client';
import { KeptText } from './kept-text';
import type { LabSession } from './session.svelte';

const KEY = 'ontoscope.speed';
const keptSchema = v.object({
  adapter: v.string(),
  atMs: v.number(),
  parameters: v.number(),
  msPerToken: v.object({ train: v.number(), score: v.number(), decode: v.number() }),
});
type Kept = v.InferOutput<typeof keptSchema>;

export interface TimeEstimate {
  ms: number;
  /** When the speed was measured. */
  measuredAtMs: number;
  /** Parameters of the model that it was measured with, where that is another one. */
  otherModel: number | null;
}

export class SpeedStore {
  measuring = $state.raw(false);
  #kept = $state.raw<Kept | null>(null);
  readonly #memory: KeptText;

  constructor(
    private readonly host: { time(): Promise<MeasuredSpeed>; storage: Storage | null; clock: Clock },
    private readonly session: LabSession,
  ) {
    this.#memory = new KeptText(host.storage, KEY);
    this.#kept = this.#memory.read((text) => v.parse(keptSchema, JSON.parse(text)));
  }

  /** Two steps of each kind of work with what is prepared now, the first to warm up. */
  async measure(): Promise<void> {
    const { session } = this;
    if (this.measuring || session.busy || session.occupied !== null) return;
    if (session.plan === null || this.#adapter === null) return;
    this.measuring = true;
    try {
      const { msPerToken, parameters } = await this.host.time();
      this.#kept = { adapter: this.#adapter, atMs: this.host.clock.nowMs(), parameters, msPerToken };
      this.#memory.set(JSON.stringify(this.#kept));
    } catch (thrown) {
      if (!session.busy) session.fail(thrown);
    } finally {
      this.measuring = false;
    }
  }

  /** Of planned tokens with a model of so many parameters; null where nothing was measured on this adapter. */
  estimate(work: RunPlan['work'], parameters: number): TimeEstimate | null {
    const kept = this.#kept;
    if (kept === null || kept.adapter !== this.#adapter) return null;
    const { train, score, decode } = kept.msPerToken;
    const ms = work.train * train + work.score * score + work.decode * decode;
    const other = kept.parameters === parameters ? null : kept.parameters;
    return { ms: (ms * parameters) / kept.parameters, measuredAtMs: kept.atMs, otherModel: other };
  }

  get #adapter(): string | null {
    const { capability } = this.session;
    if (capability === null || !capability.webgpu.ok) return null;
    const { vendor, architecture, description } = capability.webgpu.adapter;
    return [vendor, architecture, description].join('/');
  }
}
