/**
 * A run in memory as files: the same names and lines that the command line writes.
 *
 * Promises: records stand one a line, in the order in which they came. Must not know: folders, downloads.
 */
import { DIRECTIONS, type Direction } from '../core/direction';
import { LabError } from '../core/errors';
import { RUN_FILES, type RunBundle } from './bundle';
import { BUNDLE_FILES, type BundleFile } from './bundle-zip';
import { CHART_TABLES } from './chart-tables';
import { trialsToCsv } from './csv';
import { encodeManifest, encodeSummary } from './documents';
import { encodeFacts, encodeSteps, encodeTrials } from './jsonl';
import { encodeProbeRecords, PROBE_FILES, PROBE_TABLES, probesToCsv } from './probes';

export interface WholeRun extends RunBundle {
  /** What was trained, per direction, under paths of its own. */
  adapters: { direction: Direction; files: BundleFile[] }[];
  /** Whatever else belongs to the run. */
  files: BundleFile[];
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const ADAPTER_FILE = /^adapters\/(term-to-id|id-to-term)\/(.+)$/;

/** Files whose text is made from the records, by name. Empty: the run has nothing to write there. */
const TEXTS: Record<string, (run: Omit<WholeRun, 'adapters' | 'files'>) => string> = {
  [RUN_FILES.manifest]: ({ manifest }) => encodeManifest(manifest),
  [RUN_FILES.facts]: ({ facts }) => encodeFacts(facts),
  [RUN_FILES.trials]: ({ trials }) => encodeTrials(trials),
  [RUN_FILES.steps]: ({ steps }) => encodeSteps(steps),
  [BUNDLE_FILES.trialsTable]: ({ trials, facts, steps }) => trialsToCsv(trials, facts, steps),
  [RUN_FILES.summary]: ({ summary }) => (summary === null ? '' : encodeSummary(summary)),
  [PROBE_FILES.embeddings]: ({ probes }) => encodeProbeRecords('embeddings', probes.embeddings),
  [PROBE_FILES.canaries]: ({ probes }) => encodeProbeRecords('canaries', probes.canaries),
  [PROBE_FILES.language]: ({ probes }) => encodeProbeRecords('language', probes.language),
  [PROBE_TABLES.canaries]: ({ probes }) => probesToCsv('canaries', probes.canaries),
  [PROBE_TABLES.language]: ({ probes }) => probesToCsv('language', probes.language),
};

/** Names of the files that the run has, in the order to list them. */
export function runFileNames(run: Pick<WholeRun, 'summary' | 'probes' | 'adapters' | 'files'>): string[] {
  const { canaries, language, embeddings } = run.probes;
  const absent = new Set<string>([
    ...(run.summary === null ? [RUN_FILES.summary] : []),
    ...(embeddings.length === 0 ? [PROBE_FILES.embeddings] : []),
    ...(canaries.length === 0 ? [PROBE_FILES.canaries, PROBE_TABLES.canaries] : []),
    ...(language.length === 0 ? [PROBE_FILES.language, PROBE_TABLES.language] : []),
  ]);
  const texts = Object.keys(TEXTS).filter((path) => !absent.has(path));
  const adapters = run.adapters.flatMap(({ direction, files }) => files.map(({ path }) => at(direction, path)));
  return [...texts, ...adapters, ...run.files.map(({ path }) => path)];
}

/** One file of the run. Throws LabError `usage` for a name that it does not have. */
export function runFile(run: WholeRun, path: string): BundleFile {
  const text = runFileNames(run).includes(path) ? TEXTS[path] : undefined;
  if (text) return { path, bytes: utf8(text(run)) };
  for (const { direction, files } of run.adapters) {
    const found = files.find((file) => at(direction, file.path) === path);
    if (found) return { path, bytes: found.bytes };
  }
  const further = run.files.find((file) => file.path === path);
  if (further) return further;
  throw new LabError('usage', `The run has no file ${path}.`, { hint: 'Choose one of the files listed.' });
}

/** Files of a bundle that are neither made from records nor trained weights. */
export function furtherFiles(files: readonly BundleFile[]): BundleFile[] {
  const made = [...Object.keys(TEXTS), ...Object.keys(CHART_TABLES), BUNDLE_FILES.spec, BUNDLE_FILES.info];
  return files.filter(({ path }) => !made.includes(path) && !ADAPTER_FILE.test(path));
}

/** What was trained, per direction, among the files of a bundle. */
export function adaptersIn(files: readonly BundleFile[]): WholeRun['adapters'] {
  return DIRECTIONS.flatMap((direction) => {
    const mine = files.flatMap(({ path, bytes }) => {
      const [, of, name] = ADAPTER_FILE.exec(path) ?? [];
      return of === direction && name !== undefined ? [{ path: name, bytes }] : [];
    });
    return mine.length > 0 ? [{ direction, files: mine }] : [];
  });
}

function at(direction: Direction, path: string): string {
  return `adapters/${direction}/${path}`;
}
