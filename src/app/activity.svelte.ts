/**
 * What a live run does besides its records: its log, its pace, where its time goes, and what a single step changed.
 *
 * Promises: everything is bounded; a step's change is told from the records alone, before and after.
 * Must not know: components, the worker.
 */
import type { Clock } from '../core/clock';
import { DIRECTION_LABEL } from '../core/direction';
import { epochText } from '../core/epoch';
import { endingText } from '../records';
import type { Manifest, RunProgress, Summary } from '../records/types';
import { withSample, type PaceSample } from './pace';
import { withEntry, type LogEntry, type LogKind } from './run-log';
import type { RunStore } from './runs.svelte';
import type { RunWatcher } from './session.svelte';
import { changeSince, type StepChange } from './step-change';

/** Kinds of work that a run spends its time on. */
export const WORK_PHASES = ['loading', 'probing', 'training', 'paused'] as const;
export type WorkPhase = (typeof WORK_PHASES)[number];
type Spent = Record<WorkPhase, number>;
const NOTHING: Spent = { loading: 0, probing: 0, training: 0, paused: 0 };

export class ActivityStore implements RunWatcher {
  /** Key of the live run that all this is of; the run on show may be another. */
  run = $state.raw<string | null>(null);
  #name = $state.raw<string | null>(null);
  log = $state.raw<LogEntry[]>([]);
  pace = $state.raw<PaceSample[]>([]);
  spentMs = $state.raw<Readonly<Spent>>(NOTHING);
  /** Of the last single step; null once the run goes on. */
  change = $state.raw<StepChange | null>(null);
  #state: RunProgress['state'] | null = null;
  #elapsedMs = 0;
  #pausedAtMs: number | null = null;
  #stepFrom: { steps: number; trials: number } | null = null;
  #told: string[] = [];

  constructor(
    private readonly runs: RunStore,
    private readonly clock: Clock,
  ) {}

  /** What that run is called here; null before any. */
  get title(): string | null {
    return this.runs.kept.find(({ key }) => key === this.run)?.name ?? this.#name;
  }

  began(resumed: boolean): void {
    this.run = this.runs.key;
    this.#name = this.runs.title;
    if (!resumed) this.log = [];
    this.pace = [];
    this.spentMs = NOTHING;
    this.change = null;
    this.#state = this.#pausedAtMs = this.#stepFrom = null;
    this.#elapsedMs = 0;
    this.#told = [];
    this.#note('person', resumed ? 'Goes on from its last checkpoint' : 'Begins');
  }

  asked(verb: 'pause' | 'step' | 'resume' | 'cancel'): void {
    const words = { pause: 'Pause', step: 'One step', resume: 'Go on', cancel: 'Cancel' };
    this.#note('person', `Asked: ${words[verb].toLowerCase()}`);
    this.#stepFrom = verb === 'step' ? { steps: this.runs.steps.length, trials: this.runs.trials.length } : null;
    if (verb !== 'pause') this.change = null;
  }

  progress(progress: RunProgress): void {
    const { state, elapsedMs, message } = progress;
    const nowMs = this.clock.nowMs();
    if (state !== this.#state) {
      // A single step stands in the log as what was asked.
      if (this.#stepFrom === null) this.#note('phase', message);
      if (state === 'paused') this.#standStill(nowMs);
      else if (this.#pausedAtMs !== null) {
        this.#spend('paused', nowMs - this.#pausedAtMs);
        this.#pausedAtMs = null;
      }
    }
    // The first one of a run that goes on tells of earlier processes too.
    if (this.#state !== null) this.#spend(phaseOf(this.#state), elapsedMs - this.#elapsedMs);
    this.#state = state;
    this.#elapsedMs = elapsedMs;
    this.pace = withSample(this.pace, { elapsedMs, steps: this.runs.steps.length, training: state === 'training' });
  }

  summary(summary: Summary): void {
    for (const { direction, groups } of summary.directions) {
      const latest = groups.filter(({ template }) => template === 'held-out');
      const at = latest[0]?.accuracyByEpoch.at(-1);
      if (at === undefined) continue;
      const rights = latest.map(({ seen, accuracyByEpoch }) => {
        const { value, n } = accuracyByEpoch.at(-1)!.estimate;
        return `${Math.round(value * n)} of ${n} ${seen ? 'seen' : 'withheld'} right`;
      });
      const when = at.epoch === 0 ? 'before training' : `after epoch ${epochText(at.epoch)}`;
      this.#once(
        `${direction} ${at.epoch}`,
        'evaluation',
        `${DIRECTION_LABEL[direction]} ${when}: ${rights.join(', ')}`,
      );
    }
  }

  manifest(manifest: Manifest): void {
    const { endings, state, error, spec } = manifest;
    this.#name = spec.name;
    for (const { direction } of endings) {
      this.#once(`end ${direction}`, 'phase', `${DIRECTION_LABEL[direction]}: ${endingText(manifest, direction)}`);
    }
    if (state === 'done' || state === 'cancelled') this.#once(state, 'phase', state === 'done' ? 'Done' : 'Cancelled');
    if (error !== null) this.#once('error', 'trouble', error.message);
  }

  rewind(lines: { steps: number; trials: number }, deviceLost: boolean): void {
    const where = `${lines.steps} steps and ${lines.trials} trials are kept`;
    this.#note(
      deviceLost ? 'trouble' : 'checkpoint',
      deviceLost
        ? `The graphics device was lost; goes on from the last checkpoint: ${where}`
        : `Checkpoint read: ${where}`,
    );
    this.#told = [];
    this.pace = [];
  }

  checkpoint({ steps, trials }: { steps: number; trials: number }): void {
    const text = `Checkpoint kept after ${steps} steps and ${trials} trials`;
    // At a pause the same one is written again.
    if (this.log.findLast(({ kind }) => kind === 'checkpoint')?.text !== text) this.#note('checkpoint', text);
  }

  storageFailed({ message }: { message: string }): void {
    this.#note('trouble', `Not kept any more: ${message}`);
  }

  ended(error: { message: string } | null): void {
    if (this.#pausedAtMs !== null) this.#spend('paused', this.clock.nowMs() - this.#pausedAtMs);
    this.#pausedAtMs = null;
    if (error !== null) this.#once('error', 'trouble', error.message);
  }

  #standStill(nowMs: number): void {
    this.#pausedAtMs = nowMs;
    const from = this.#stepFrom;
    this.#stepFrom = null;
    if (from !== null) this.change = changeSince(from, this.runs.steps, this.runs.trials);
  }

  #spend(phase: WorkPhase | null, ms: number): void {
    if (phase === null || !(ms > 0)) return;
    this.spentMs = { ...this.spentMs, [phase]: this.spentMs[phase] + ms };
  }

  #once(what: string, kind: LogKind, text: string): void {
    if (this.#told.includes(what)) return;
    this.#told.push(what);
    this.#note(kind, text);
  }

  #note(kind: LogKind, text: string): void {
    this.log = withEntry(this.log, { atMs: this.clock.nowMs(), kind, text });
  }
}

function phaseOf(state: RunProgress['state']): WorkPhase | null {
  return state === 'loading' || state === 'probing' || state === 'training' ? state : null;
}
