/**
 * What a study would run: its cells, their memory and roughly their time.
 *
 * Promises: nothing is run or written; a cell that cannot run says why. Must not know: how a cell runs, hosts.
 */
import { LabError, toLabError } from '../../core/errors';
import type { RunnerHost } from '../host';
import type { PreparedRun } from '../prepared';
import type { Work } from '../work-meter';
import type { StudyCell } from './cells';
import { measureSpeed, roughMs, type Speed } from './estimate';

export interface PlannedCell extends Pick<StudyCell, 'id' | 'folder' | 'point' | 'levels' | 'seed'> {
  steps: number | null;
  memoryBytes: number | null;
  roughMs: number | null;
  /** Tokens of training, scoring and decoding; decoding at its full length. */
  work: Readonly<Work> | null;
  /** Why it cannot run. */
  problem: string | null;
}

export interface StudyPlan {
  cells: PlannedCell[];
  totalRoughMs: number | null;
  /** Where the times come from; why there are none. */
  timing: string;
}

export interface PlanHost {
  prepare(cell: StudyCell): Promise<PreparedRun>;
  /** Where a step is timed. Throws where there is no GPU. */
  runnerHost(): Promise<RunnerHost>;
  signal?: AbortSignal;
  planned?(cell: PlannedCell): void;
}

/** Throws `cancelled` on abort. */
export async function planCells(cells: readonly StudyCell[], host: PlanHost): Promise<StudyPlan> {
  const signal = host.signal ?? new AbortController().signal;
  let speed: Speed | null = null;
  let timing = '';
  const planned: PlannedCell[] = [];
  for (const cell of cells) {
    if (signal.aborted) throw new LabError('cancelled', 'The plan was given up.', { hint: 'Nothing to do.' });
    const { id, folder, point, levels, seed } = cell;
    const common = { id, folder, point, levels, seed };
    const prepared = await host.prepare(cell).catch((error: unknown) => toLabError(error).message);
    if (typeof prepared === 'string') {
      planned.push({ ...common, steps: null, memoryBytes: null, roughMs: null, work: null, problem: prepared });
    } else {
      // Measured once: cells differ in much, but hardly in the speed of a token.
      if (timing === '') ({ speed, timing } = await timed(prepared, host, signal));
      planned.push({
        ...common,
        steps: prepared.plannedSteps,
        memoryBytes: prepared.memory.totalBytes,
        roughMs: speed && Math.round(roughMs(prepared, speed)),
        work: prepared.plannedWork,
        problem: null,
      });
    }
    host.planned?.(planned.at(-1)!);
  }
  const known = planned.flatMap(({ roughMs: ms }) => (ms === null ? [] : [ms]));
  const totalRoughMs = known.length === 0 ? null : known.reduce((sum, ms) => sum + ms, 0);
  return { cells: planned, totalRoughMs, timing: timing || 'no cell can run' };
}

async function timed(
  prepared: PreparedRun,
  host: PlanHost,
  signal: AbortSignal,
): Promise<{ speed: Speed | null; timing: string }> {
  try {
    const speed = await measureSpeed(prepared, await host.runnerHost(), signal);
    return { speed, timing: 'measured by one step, one evaluation and one decoding of the first cell' };
  } catch (error) {
    return { speed: null, timing: `unknown: ${toLabError(error).message}` };
  }
}
