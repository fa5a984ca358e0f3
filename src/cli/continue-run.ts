/** Where the run in a folder is to go on: what `run --resume` and the cells of a study share. */
import { LabError } from '../core/errors';
import type { PreparedRun, ResumePoint } from '../experiment';
import { formatCount } from './format';
import type { RunStore } from './run-store';

/**
 * Null: begin at the start. `owned`: whatever lies in the folder without a manifest is a run's that was killed at its
 * beginning. Throws `checkpoint-mismatch` where the folder holds another experiment, `output-exists` for other files.
 */
export async function findResumePoint(
  store: RunStore,
  prepared: PreparedRun,
  say: (text: string) => void,
  { owned = false } = {},
): Promise<ResumePoint | 'done' | null> {
  const manifest = await store.manifest();
  if (manifest === null) {
    if (!owned) await store.refuseUsed();
    return null;
  }
  if (manifest.runId !== prepared.runId) {
    throw new LabError('checkpoint-mismatch', `${store.folder} holds another experiment (run ${manifest.runId}).`, {
      hint: 'Continue with the spec and the files it was begun with, or give another folder with --out.',
    });
  }
  if (manifest.state === 'done') {
    say('This run is done already.');
    return 'done';
  }
  const point = await store.resumePoint();
  if (point === null) say('There is no checkpoint yet: beginning at the start.');
  else say(`Continuing after ${formatCount(point.steps.length)} steps and ${formatCount(point.trials.length)} trials.`);
  return point;
}
