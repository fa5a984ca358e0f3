/**
 * The files of a run without the texts of its pairs.
 *
 * Promises: no name and no identifier of a drawn pair stands in them; what cannot be told to hold none (a file that no
 * run writes) does not come along. Trained weights do: what a model says when asked is not looked into.
 * Must not know: zips.
 */
import { RUN_FILES, type BundleFile, type RunBundle } from './bundle';
import { decodeEmbeddings, encodeEmbeddings } from './embeddings';
import { encodeFacts, encodeSteps, encodeTrials } from './jsonl';
import { isLeftOut, LeavingOut } from './left-out';
import { PROBE_FILES, PROBE_TABLES } from './probes';
import type { Manifest } from './types';

const KEPT: readonly string[] = [RUN_FILES.summary, ...Object.values(PROBE_FILES), ...Object.values(PROBE_TABLES)];

/**
 * @param files of the run that `bundle` holds; what is made from records when a bundle is packed is left to that
 * Throws LabError `record-invalid` for vectors that are not as Ontoscope writes them.
 */
export function withoutPairs(
  files: readonly BundleFile[],
  { manifest, facts, trials, steps }: RunBundle,
): { files: BundleFile[]; manifest: Manifest } {
  if (isLeftOut(manifest)) return { files: [...files], manifest };
  const leaving = new LeavingOut();
  const texts: Record<string, () => string> = {
    [RUN_FILES.facts]: () => encodeFacts(facts.map((fact) => leaving.fact(fact))),
    [RUN_FILES.trials]: () => encodeTrials(trials.map((trial) => leaving.trial(trial))),
    [RUN_FILES.steps]: () => encodeSteps(leaving.steps(steps, facts)),
  };
  const left = files.flatMap(({ path, bytes }): BundleFile[] => {
    const text = texts[path];
    if (text) return [{ path, bytes: new TextEncoder().encode(text()) }];
    if (KEPT.includes(path) || path.startsWith('adapters/')) return [{ path, bytes }];
    if (!path.startsWith('embeddings/')) return [];
    const vectors = decodeEmbeddings(bytes, path);
    return [{ path, bytes: encodeEmbeddings({ ...vectors, pairs: vectors.pairs.map((pair) => leaving.pair(pair)) }) }];
  });
  return { files: left, manifest: leaving.manifest(manifest, facts) };
}
