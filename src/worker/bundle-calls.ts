/**
 * Runs as files on their way to the worker and back: each question has its own name and one answer.
 *
 * Promises: records cross in pieces with pauses between, so that the page stays quick; a bundle that cannot be opened
 * leaves nothing behind. Must not know: zips, the DOM.
 */
import type { PairTexts } from '../records/licences';
import { PROBE_RECORD_KINDS } from '../records/probe-types';
import type { WholeRun } from '../records/run-files';
import { WHOLE_RUN, type BundlePairs, type EncodedFile, type RecordsPart } from './bundle-protocol';
import type { PickedFile } from './data-calls';
import { Calls, type Hear } from './calls';
import type { RequestBody } from './protocol';
import { gather, handOver, listsOf, partsOf, RECORD_LISTS, type RecordList } from './run-parts';

export interface OpenedRun extends WholeRun {
  pairs: BundlePairs;
}

/** What has come of a bundle so far. */
type PartOfRun = Partial<WholeRun> & Pick<WholeRun, 'facts' | 'trials' | 'steps' | 'probes' | 'adapters' | 'files'>;

/** Which records a file is made of. */
const NEEDED: Record<string, RecordList[]> = {
  'manifest.json': [],
  'summary.json': [],
  'facts.jsonl': ['facts'],
  'trials.jsonl': ['trials'],
  'steps.jsonl': ['steps'],
  'trials.csv': ['facts', 'trials', 'steps'],
};

export class BundleCalls extends Calls {
  constructor(send: (runId: string, body: RequestBody) => void) {
    super('files', send);
  }

  /** The run in a bundle. Rejects with the LabError that says what is wrong with it. */
  async open(file: PickedFile): Promise<OpenedRun> {
    const run: PartOfRun = {
      ...{ facts: [], trials: [], steps: [], adapters: [], files: [] },
      probes: { embeddings: [], canaries: [], language: [] },
    };
    const { pairs } = await this.ask('opened', { kind: 'open-bundle', file }, gatherer(run));
    return { ...run, manifest: run.manifest!, summary: run.summary ?? null, pairs };
  }

  /** Puts the run of a bundle into the browser's storage under `key`; all of it, or nothing. */
  async keep(file: PickedFile, key: string): Promise<void> {
    await this.ask('kept', { kind: 'keep-bundle', file, key });
  }

  /** SHA-256 of a file. */
  async identify(file: PickedFile): Promise<string> {
    return (await this.ask('identified', { kind: 'identify', file })).sha256;
  }

  /** The whole run as a bundle, with the texts of its pairs or without. */
  pack(run: WholeRun, pairs: PairTexts = 'kept'): Promise<EncodedFile> {
    return this.encode(run, WHOLE_RUN, pairs);
  }

  /** One file of the run, by name. */
  async encode(run: WholeRun, path: string, pairs: PairTexts = 'kept'): Promise<EncodedFile> {
    const runId = this.name();
    // Before anything is sent: a failure can come at any part.
    const answer = this.expect('encoded', runId, 'encode');
    const { manifest, summary, adapters, files } = run;
    const whole = !(path in NEEDED);
    // What is no text of the records is a file that the run brings along.
    const needed = path === WHOLE_RUN ? RECORD_LISTS : [...(NEEDED[path] ?? []), ...PROBE_RECORD_KINDS];
    this.send(runId, {
      kind: 'hand',
      part: { part: 'head', manifest, summary, adapters: whole ? adapters : [], files: whole ? files : [] },
    });
    const lists = listsOf(run);
    const parts = partsOf(Object.fromEntries(needed.map((list) => [list, lists[list]])));
    await handOver(parts, (part) => this.send(runId, { kind: 'hand', part }));
    this.send(runId, { kind: 'encode', path, pairs });
    return (await answer).file;
  }
}

function gatherer(run: PartOfRun): Hear {
  return (message) => {
    switch (message.kind) {
      case 'manifest':
        run.manifest = message.manifest;
        return;
      case 'summary':
        run.summary = message.summary;
        return;
      case 'facts':
      case 'trials':
      case 'steps':
        gather(run, { part: message.kind, records: message.records } as RecordsPart);
        return;
      case 'probes':
        gather(run, { part: message.probe, records: message.records });
        return;
      case 'adapter':
        run.adapters.push(message.adapter);
        return;
      case 'file':
        run.files.push(message.file);
        return;
      default:
    }
  };
}
