/**
 * The race on show: of which template, by which rule of latent knowledge, at which epoch, and how fast it plays.
 *
 * Promises: without a chosen epoch it follows the records; playing ends at the last evaluation there is; another run
 * begins at its latest. Must not know: components, pixels.
 */
import type { TemplateRole, TrialRecord } from '../records/types';
import { chartOrigin, type ChartOrigin } from './chart-file';
import { latentRule, stateOptions, type LatentBy, type LatentRule } from './latent-rule';
import { RaceBook, type Race, type RaceOptions } from './race';
import type { RunStore } from './runs.svelte';

export const RACE_SPEEDS = { slow: 2400, steady: 1200, fast: 450 } as const;
export type RaceSpeed = keyof typeof RACE_SPEEDS;

/** The run on show, as far as the race looks at it. */
interface RacingRun extends Pick<RunStore, 'key' | 'manifest' | 'rehearsed'> {
  readonly trialsOnShow: readonly TrialRecord[];
}

export class RaceStore {
  template = $state<TemplateRole>('held-out');
  latentBy = $state<LatentBy>('exact');
  speed = $state<RaceSpeed>('steady');
  #chosen = $state.raw<{ run: string | null; epoch: number } | null>(null);
  #timer = $state.raw<ReturnType<typeof setTimeout> | null>(null);
  readonly #book = new RaceBook();
  readonly #race = $derived.by(() => this.#book.read(this.runs.trialsOnShow, this.#options, this.runs.rehearsed));

  constructor(private readonly runs: RacingRun) {}

  get race(): Race {
    return this.#race;
  }

  get rule(): LatentRule {
    return latentRule(this.latentBy, this.runs.manifest?.spec.evaluation.samples);
  }

  /** Of which run it is, and how its facts were asked and counted; null before there is one. */
  origin(selection: ReadonlySet<string> | null): ChartOrigin | null {
    const { manifest } = this.runs;
    if (manifest === null) return null;
    const { by, samples } = this.rule;
    const options = { latent: by, samples: String(samples) };
    return chartOrigin({ manifest }, { direction: null, template: this.template, selection, options });
  }

  get #options(): RaceOptions {
    return { template: this.template, ...stateOptions(this.rule) };
  }

  /** Nobody chose an epoch: what is shown is all there is. */
  get following(): boolean {
    return this.#chosen === null || this.#chosen.run !== this.runs.key;
  }

  /** The epoch on show; Infinity: the latest of every fact. */
  get epoch(): number {
    return this.following ? Infinity : this.#chosen!.epoch;
  }

  /** Its place among the epochs of the race. */
  get index(): number {
    const last = this.race.epochs.length - 1;
    return this.following
      ? last
      : Math.max(
          0,
          this.race.epochs.findLastIndex((epoch) => epoch <= this.epoch),
        );
  }

  get playing(): boolean {
    return this.#timer !== null;
  }

  /** Shows the epoch at a place; the last one follows what comes. */
  seek(index: number): void {
    this.pause();
    this.#show(index);
  }

  follow(): void {
    this.pause();
    this.#chosen = null;
  }

  /** From the beginning where it stands at the end. */
  play(): void {
    this.pause();
    if (this.index >= this.race.epochs.length - 1) this.#show(0);
    this.#tick();
  }

  pause(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #tick(): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.following) return;
      this.#show(this.index + 1);
      if (!this.following) this.#tick();
    }, RACE_SPEEDS[this.speed]);
  }

  #show(index: number): void {
    const { epochs } = this.race;
    const epoch = epochs[index];
    this.#chosen = epoch === undefined || index >= epochs.length - 1 ? null : { run: this.runs.key, epoch };
  }
}
