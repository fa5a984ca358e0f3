/** What a study would run on this machine, and the lines that say it. */
import { planCells, type StudyPlan } from '../../experiment';
import { formatBytes, formatCount, formatDuration } from '../format';
import { NODE_HOST_NAME, nodeGpu } from '../node-gpu';
import { prepareExperiment } from '../run-experiment';
import { layout } from '../stats/method';
import type { Terminal } from '../terminal';
import type { StudyFile } from './study-file';

export function planStudy({ cells, filesOf }: StudyFile, terminal: Terminal): Promise<StudyPlan> {
  return planCells(cells, {
    prepare: (cell) => prepareExperiment(filesOf(cell)),
    runnerHost: async () => ({ gpu: await nodeGpu(), clock: terminal, hostName: NODE_HOST_NAME }),
  });
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
