/**
 * How runs look beside each other: a colour, a dash and a mark each, the same wherever and whenever a run is shown.
 *
 * Promises: a run keeps its look in this browser; of those shown together no two share one. Must not know: charts.
 */
import type { Manifest } from '../records/types';
import { KeptText } from './kept-text';

export const RUN_TONES = ['run-1', 'run-2', 'run-3', 'run-4', 'run-5', 'run-6'] as const;
export type RunTone = (typeof RUN_TONES)[number];

export interface RunStyle {
  tone: RunTone;
  /** Of its line, as SVG has it; none: drawn through. */
  dash?: string;
  mark: 'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'star';
}

export const RUN_STYLES: readonly RunStyle[] = [
  { tone: 'run-1', mark: 'circle' },
  { tone: 'run-2', dash: '7 4', mark: 'square' },
  { tone: 'run-3', dash: '2 3', mark: 'triangle' },
  { tone: 'run-4', dash: '10 3 2 3', mark: 'diamond' },
  { tone: 'run-5', dash: '4 2', mark: 'cross' },
  { tone: 'run-6', dash: '1 4', mark: 'star' },
];

/** Runs that can be told apart. */
export const MOST_RUNS = RUN_STYLES.length;

/** One run, wherever its records lie: the same in a bundle and in this browser. */
export function runIdentity({ runId, startedAtMs }: Pick<Manifest, 'runId' | 'startedAtMs'>): string {
  return `${runId}@${startedAtMs}`;
}

/** Places of looks by the identities of runs. */
type Slots = Readonly<Record<string, number>>;

/**
 * A look for each of the runs shown together. Those that have one keep it; of two that had the same the later gets another,
 * as new ones do: one that is free here, and the least used so far.
 */
export function assignStyles(known: Slots, together: readonly string[]): Slots {
  const slots: Record<string, number> = { ...known };
  const taken = new Set<number>();
  const open: string[] = [];
  for (const run of new Set(together)) {
    const slot = slots[run];
    if (slot === undefined || taken.has(slot)) open.push(run);
    else taken.add(slot);
  }
  for (const run of open) {
    const uses = RUN_STYLES.map((_, slot) => Object.values(slots).filter((each) => each === slot).length);
    const free = RUN_STYLES.map((_, slot) => slot).filter((slot) => !taken.has(slot));
    const slot = free.reduce((best, each) => (uses[each]! < uses[best]! ? each : best), free[0] ?? 0);
    slots[run] = slot;
    taken.add(slot);
  }
  return slots;
}

const KEY = 'ontoscope.run-styles';
/** Looks that are remembered. */
const REMEMBERED = 100;

export class RunStyles {
  #slots: Slots;

  readonly #kept: KeptText;

  constructor(storage: Storage | null) {
    this.#kept = new KeptText(storage, KEY);
    this.#slots = this.#kept.read(readSlots) ?? {};
  }

  /** By identity. */
  of(together: readonly string[]): ReadonlyMap<string, RunStyle> {
    const slots = assignStyles(this.#slots, together);
    if (JSON.stringify(slots) !== JSON.stringify(this.#slots)) this.#keep(slots);
    return new Map(together.map((run) => [run, RUN_STYLES[slots[run]!]!]));
  }

  #keep(slots: Slots): void {
    this.#slots = Object.fromEntries(Object.entries(slots).slice(-REMEMBERED));
    this.#kept.set(JSON.stringify(this.#slots));
  }
}

function readSlots(text: string): Slots {
  const kept = JSON.parse(text) as Record<string, unknown>;
  const valid = (slot: unknown): slot is number => typeof slot === 'number' && slot in RUN_STYLES;
  return Object.fromEntries(Object.entries(kept).flatMap(([run, slot]) => (valid(slot) ? [[run, slot] as const] : [])));
}
