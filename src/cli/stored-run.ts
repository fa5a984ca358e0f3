/**
 * A finished or stopped run as it lies on this machine: a bundle, or the folder that `run` writes.
 *
 * Promises: both come out alike, checked; nothing is written. Must not know: what is done with the run.
 */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../core/errors';
import { openBundle, PROBE_FILES, readRun, RUN_FILES, type BundleFile, type RunBundle } from '../records';
import { readNamedText, readNodeBytes } from './node-folder';

export interface StoredRun {
  /** As the user gave it. */
  name: string;
  /** Folder in which files named without a place may lie. */
  beside: string;
  bundle: RunBundle;
  files: BundleFile[];
}

/** Throws `file-missing`, `file-unreadable`, `bundle-invalid` or `record-invalid`. */
export async function openStoredRun(place: string): Promise<StoredRun> {
  const found = await stat(place).catch(() => null);
  if (found?.isDirectory()) return openRunFolder(place);
  const { bundle, files } = openBundle(await readNodeBytes(place), place);
  return { name: place, beside: path.dirname(path.resolve(place)), bundle, files };
}

/** The records of a run's folder, and the names of what lies there. */
async function readRecords(folder: string): Promise<{ bundle: RunBundle; names: string[] }> {
  const names = await readdir(folder).catch(() => [] as string[]);
  if (!names.includes(RUN_FILES.manifest)) {
    throw new LabError('file-missing', `${folder} holds no run: there is no ${RUN_FILES.manifest}.`, {
      hint: 'Give a bundle, or a folder that ontoscope run --out has written.',
    });
  }
  const text = async (name: string) => (await readNamedText(path.join(folder, name))).text;
  const probes: Record<string, string> = {};
  for (const name of Object.values(PROBE_FILES)) if (names.includes(name)) probes[name] = await text(name);
  const bundle = readRun({
    probes,
    manifest: await text(RUN_FILES.manifest),
    facts: await text(RUN_FILES.facts),
    trials: await text(RUN_FILES.trials),
    steps: await text(RUN_FILES.steps),
    summary: names.includes(RUN_FILES.summary) ? await text(RUN_FILES.summary) : null,
  });
  return { bundle, names };
}

/** The records of a run's folder without what was trained. Throws as `openStoredRun` does. */
export async function readRunFolder(folder: string): Promise<RunBundle> {
  return (await readRecords(folder)).bundle;
}

/** The records and adapters of a run's folder; checkpoints and what else may lie there are left out. */
export async function openRunFolder(folder: string): Promise<StoredRun> {
  const { bundle, names } = await readRecords(folder);
  const records = Object.values(RUN_FILES).filter((name) => names.includes(name));
  const paths: string[] = [...records];
  for (const below of ['adapters', 'embeddings']) {
    if (names.includes(below)) paths.push(...(await filesBelow(folder, below)));
  }
  const files: BundleFile[] = [];
  for (const file of paths) files.push({ path: file, bytes: await readNodeBytes(path.join(folder, file)) });
  return { name: folder, beside: path.resolve(folder), bundle, files };
}

/** Paths relative to the folder, with forward slashes, by name. Drafts that a killed process left are passed over. */
async function filesBelow(folder: string, below: string): Promise<string[]> {
  const entries = await readdir(path.join(folder, below), { withFileTypes: true });
  const nested = entries
    .filter(({ name }) => !name.endsWith('.part'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(async (entry) => {
      const file = `${below}/${entry.name}`;
      if (entry.isDirectory()) return filesBelow(folder, file);
      return entry.isFile() ? [file] : [];
    });
  return (await Promise.all(nested)).flat();
}
