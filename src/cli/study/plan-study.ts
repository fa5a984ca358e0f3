/**
 * What a study would run: its cells, their memory and roughly their time.
 *
 * Promises: nothing is run or written; a cell that cannot run says why. Must not know: how a cell runs.
 */
import { toLabError } from '../../core/errors';
import { measureSpeed, roughMs, type PreparedRun, type Speed, type StudyCell } from '../../experiment';
import { formatBytes, formatCount, formatDuration } from '../format';
import { NODE_HOST_NAME, nodeGpu } from '../node-gpu';
import { prepareExperiment } from '../run-experiment';
import { layout } from '../stats/method';
import type { Terminal } from '../terminal';
import type { StudyFile } from './study-file';

interface PlannedCell extends Pick<StudyCell, 'id' | 'folder' | 'point' | 'levels' | 'seed'> {
  steps: number | null;
  memoryBytes: number | null;
  roughMs: number | null;
  /** Why it cannot run. */
  problem: string | null;
}

export interface StudyPlan {
  cells: PlannedCell[];
  totalRoughMs: number | null;
  /** Where the times come from; why there are none. */
  timing: string;
}

export async function planStudy({ cells, filesOf }: StudyFile, terminal: Terminal): Promise<StudyPlan> {
  let speed: Speed | null = null;
  let timing = '';
  const planned: PlannedCell[] = [];
  for (const cell of cells) {
    const { id, folder, point, levels, seed } = cell;
    const common = { id, folder, point, levels, seed };
    const prepared = await prepareExperiment(filesOf(cell)).catch((error: unknown) => toLabError(error).message);
    if (typeof prepared === 'string') {
      planned.push({ ...common, steps: null, memoryBytes: null, roughMs: null, problem: prepared });
      continue;
    }
    // Measured once: cells differ in much, but hardly in the speed of a token.
    if (timing === '') ({ speed, timing } = await timed(prepared, terminal));
    planned.push({
      ...common,
      steps: prepared.plannedSteps,
      memoryBytes: prepared.memory.totalBytes,
      roughMs: speed && Math.round(roughMs(prepared, speed)),
      problem: null,
    });
  }
  const known = planned.flatMap(({ roughMs: ms }) => (ms === null ? [] : [ms]));
  const totalRoughMs = known.length === 0 ? null : known.reduce((sum, ms) => sum + ms, 0);
  return { cells: planned, totalRoughMs, timing: timing || 'no cell can run' };
}

async function timed(prepared: PreparedRun, terminal: Terminal): Promise<{ speed: Speed | null; timing: string }> {
  try {
    const host = { gpu: await nodeGpu(), clock: terminal, hostName: NODE_HOST_NAME };
    const speed = await measureSpeed(prepared, host, new AbortController().signal);
    return { speed, timing: 'measured by one step, one evaluation and one decoding of the first cell' };
  } catch (error) {
    return { speed: null, timing: `unknown: ${toLabError(error).message}` };
  }
}

export function planLines({ cells, totalRoughMs, timing }: StudyPlan): string[] {
  const rows = cells.map(({ folder, steps, memoryBytes, roughMs: ms, problem }) => [
    folder,
    steps === null ? '–' : formatCount(steps),
    memoryBytes === null ? '–' : formatBytes(memoryBytes),
    ms === null ? '–' : formatDuration(ms),
    problem === null ? '' : 'cannot run',
  ]);
  const problems = cells.flatMap(({ folder, problem }) => (problem === null ? [] : [`${folder}: ${problem}`]));
  return [
    ...layout(['cell', 'steps', 'GPU memory', 'about', ''], rows),
    '',
    `${cells.length} cells, about ${totalRoughMs === null ? 'an unknown time' : formatDuration(totalRoughMs)} (${timing})`,
    ...problems,
  ];
}
