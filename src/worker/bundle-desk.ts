/**
 * Runs as files: opens bundles for the page or into storage, and makes files of what the page hands over.
 *
 * Promises: a bundle is checked whole before the first record is posted; one that cannot be kept leaves nothing in
 * storage. Must not know: the worker's port, how records look.
 */
import type { summarize as Summarize } from '../experiment/summary';
import type { RunStorage } from '../platform/storage';
import {
  adaptersIn,
  BUNDLE_LIMITS,
  furtherFiles,
  noProbeRecords,
  openBundle,
  packBundle,
  pairPolicy,
  probeRecordsOf,
  PROBE_RECORD_KINDS,
  runFile,
  runFileNames,
  type PairTexts,
  type ProbeRecordKind,
  type ProbeRecords,
  type WholeRun,
} from '../records';
import { LabError } from '../core/errors';
import { WHOLE_RUN, type BundlePairs, type EncodedFile, type RunPart } from './bundle-protocol';
import type { PickedFile } from './data-calls';
import type { Records } from './kept-records';
import type { ResponseBody } from './protocol';
import { gather, pieces } from './run-parts';

type ProbeRecord = ProbeRecords[ProbeRecordKind][number];

export class BundleDesk {
  readonly #handed = new Map<string, Partial<WholeRun> & Pick<WholeRun, 'facts' | 'trials' | 'steps' | 'probes'>>();

  constructor(private readonly storage: Pick<RunStorage<Records>, 'writer' | 'remove' | 'load'>) {}

  async open(file: PickedFile, post: (body: ResponseBody) => void): Promise<void> {
    const { run, pairs } = await read(file);
    post({ kind: 'manifest', manifest: run.manifest });
    for (const records of pieces(run.facts)) post({ kind: 'facts', records });
    for (const records of pieces(run.trials)) post({ kind: 'trials', records });
    for (const records of pieces(run.steps)) post({ kind: 'steps', records });
    for (const probe of PROBE_RECORD_KINDS) {
      for (const records of pieces<ProbeRecord>(run.probes[probe])) post({ kind: 'probes', probe, records, files: [] });
    }
    for (const adapter of run.adapters) post({ kind: 'adapter', adapter });
    for (const further of run.files) post({ kind: 'file', file: further });
    if (run.summary !== null) post({ kind: 'summary', summary: run.summary });
    post({ kind: 'opened', pairs });
  }

  async keep(file: PickedFile, key: string): Promise<void> {
    const { run } = await read(file);
    const writer = this.storage.writer(key, file.path);
    try {
      await writer.manifest(run.manifest);
      await writer.facts(run.facts);
      for (const records of pieces(run.trials)) await writer.trials(records);
      for (const records of pieces(run.steps)) await writer.steps(records);
      for (const probe of PROBE_RECORD_KINDS) {
        for (const records of pieces<ProbeRecord>(run.probes[probe])) {
          await writer.probes({ probe, records }, []);
        }
      }
      for (const adapter of run.adapters) await writer.adapter(adapter);
      for (const further of run.files) await writer.file(further);
      if (run.summary !== null) await writer.summary(run.summary);
    } catch (thrown) {
      await this.storage.remove(key);
      throw thrown;
    }
  }

  hand(runId: string, part: RunPart): void {
    const run = this.#handed.get(runId) ?? { facts: [], trials: [], steps: [], probes: noProbeRecords() };
    this.#handed.set(runId, run);
    if (part.part === 'head') Object.assign(run, { ...part, part: undefined });
    else gather(run, part);
  }

  encode(runId: string, path: string, pairs: PairTexts): EncodedFile {
    const run = this.#handed.get(runId) as WholeRun | undefined;
    this.#handed.delete(runId);
    if (!run?.manifest)
      throw new LabError('usage', 'There is no run to make a file of.', { hint: 'Open a run first.' });
    return path === WHOLE_RUN ? packed(run, pairs) : runFile(run, path);
  }

  /** A run of the browser's storage as a bundle. */
  async packKept(key: string): Promise<EncodedFile> {
    const kept = await this.storage.load(key);
    if (kept === null)
      throw new LabError('record-invalid', 'This run is no longer kept here.', { hint: 'Choose another one.' });
    return packed(
      { ...kept, probes: probeRecordsOf(kept.probes) },
      // Where nobody is asked, as the ontology's licence has it.
      pairPolicy(kept.manifest.ontology).pairs,
    );
  }
}

function packed(run: WholeRun, pairs: PairTexts): EncodedFile {
  const files = runFileNames(run).map((name) => runFile(run, name));
  return { path: WHOLE_RUN, bytes: packBundle(files, run.manifest, pairs) };
}

/** Statistics are loaded only where a run ended before it wrote its own summary. */
async function summaryOf(...records: Parameters<typeof Summarize>): Promise<ReturnType<typeof Summarize>> {
  const { summarize } = await import('../experiment/summary');
  return summarize(...records);
}

/** The run in a bundle, its summary made anew where it ended before it wrote one. */
async function read({ path, file }: PickedFile): Promise<{ run: WholeRun; pairs: BundlePairs }> {
  if (file.size > BUNDLE_LIMITS.unpackedBytes) {
    throw new LabError('bundle-invalid', `${path} has ${file.size} bytes, more than any bundle.`, {
      hint: 'Choose the zip that the page or ontoscope bundle made.',
    });
  }
  const archive = await file.arrayBuffer().catch((cause: unknown) => {
    throw new LabError('file-unreadable', `${path} could not be read: it was moved or changed since it was chosen.`, {
      hint: 'Choose the file again.',
      cause,
    });
  });
  const { bundle, files, info } = openBundle(new Uint8Array(archive), path);
  const { manifest, trials, steps, summary, probes } = bundle;
  const made = summary ?? (trials.length > 0 ? await summaryOf(manifest, trials, steps, probes) : null);
  return {
    run: { ...bundle, summary: made, adapters: adaptersIn(files), files: furtherFiles(files) },
    pairs: info.pairs,
  };
}
