/** Runs by name: bundles, run folders, and the finished cells of studies. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../../core/errors';
import type { RowsRun } from '../../experiment';
import { parseState, STUDY_FILES } from '../../records';
import { readNamedText } from '../node-folder';
import { openStoredRun, readRunFolder } from '../stored-run';

/** Throws `usage` where a run is named twice, and what reading throws. */
export async function readRuns(places: readonly string[]): Promise<RowsRun[]> {
  const runs: RowsRun[] = [];
  const from = new Map<string, string>();
  for (const place of places) {
    for (const run of await readPlace(place)) {
      const other = from.get(run.run);
      if (other !== undefined) {
        throw new LabError('usage', `${other} and ${place} hold the same run (${run.run}).`, {
          hint: 'Name each run once: rows that stand twice make intervals too narrow.',
        });
      }
      from.set(run.run, place);
      runs.push(run);
    }
  }
  return runs;
}

async function readPlace(place: string): Promise<RowsRun[]> {
  const state = path.join(place, STUDY_FILES.state);
  if ((await stat(state).catch(() => null)) === null) {
    const { manifest, facts, trials, steps } = (await openStoredRun(place)).bundle;
    return [{ run: manifest.runId, seed: manifest.spec.seed, point: '', levels: {}, facts, trials, steps }];
  }
  const { cells } = parseState((await readNamedText(state)).text, state);
  const done = cells.filter((cell) => cell.state === 'done');
  if (done.length === 0) {
    throw new LabError('file-missing', `${place} holds no finished cell of its study yet.`, {
      hint: 'Continue the study with --resume.',
    });
  }
  const runs: RowsRun[] = [];
  for (const { folder, seed, point, levels } of done) {
    const { manifest, facts, trials, steps } = await readRunFolder(path.join(place, folder));
    runs.push({ run: manifest.runId, seed, point, levels, facts, trials, steps });
  }
  return runs;
}
