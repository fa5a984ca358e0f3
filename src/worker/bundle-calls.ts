/**
 * Runs as files on their way to the worker and back: each question has its own name and one answer.
 *
 * Promises: records cross in pieces with pauses between, so that the page stays quick; a bundle that cannot be opened
 * leaves nothing behind. Must not know: zips, the DOM.
 */
import { LabError } from '../core/errors';
import type { PairTexts } from '../records/licences';
import { PROBE_RECORD_KINDS, type ProbeRecordKind, type ProbeRecords } from '../records/probe-types';
import type { WholeRun } from '../records/run-files';
import { RECORDS_PER_MESSAGE, WHOLE_RUN, type BundlePairs, type EncodedFile, type RunPart } from './bundle-protocol';
import type { PickedFile } from './data-calls';
import type { RequestBody, Response } from './protocol';

type Answer = Extract<Response, { kind: 'opened' | 'kept' | 'encoded' | 'identified' }>;

type ProbeRecord = ProbeRecords[ProbeRecordKind][number];

export interface OpenedRun extends WholeRun {
  pairs: BundlePairs;
}

interface Waiting {
  /** What has come of a bundle so far. */
  run: Partial<WholeRun> & Pick<WholeRun, 'facts' | 'trials' | 'steps' | 'probes' | 'adapters' | 'files'>;
  resolve: (answer: Answer) => void;
  reject: (error: LabError) => void;
}

/** Which records a file is made of. */
const NEEDED: Record<string, RunPart['part'][]> = {
  'manifest.json': [],
  'summary.json': [],
  'facts.jsonl': ['facts'],
  'trials.jsonl': ['trials'],
  'steps.jsonl': ['steps'],
  'trials.csv': ['facts', 'trials', 'steps'],
};

export class BundleCalls {
  readonly #waiting = new Map<string, Waiting>();
  #count = 0;

  constructor(private readonly send: (runId: string, body: RequestBody) => void) {}

  /** The run in a bundle. Rejects with the LabError that says what is wrong with it. */
  async open(file: PickedFile): Promise<OpenedRun> {
    const { runId, run, answer } = this.#question();
    this.send(runId, { kind: 'open-bundle', file });
    const { pairs } = (await answer) as Extract<Answer, { kind: 'opened' }>;
    return { ...run, manifest: run.manifest!, summary: run.summary ?? null, pairs };
  }

  /** Puts the run of a bundle into the browser's storage under `key`; all of it, or nothing. */
  async keep(file: PickedFile, key: string): Promise<void> {
    const { runId, answer } = this.#question();
    this.send(runId, { kind: 'keep-bundle', file, key });
    await answer;
  }

  /** SHA-256 of a file. */
  async identify(file: PickedFile): Promise<string> {
    const { runId, answer } = this.#question();
    this.send(runId, { kind: 'identify', file });
    return ((await answer) as Extract<Answer, { kind: 'identified' }>).sha256;
  }

  /** The whole run as a bundle, with the texts of its pairs or without. */
  pack(run: WholeRun, pairs: PairTexts = 'kept'): Promise<EncodedFile> {
    return this.encode(run, WHOLE_RUN, pairs);
  }

  /** One file of the run, by name. */
  async encode(run: WholeRun, path: string, pairs: PairTexts = 'kept'): Promise<EncodedFile> {
    const { runId, answer } = this.#question();
    const { manifest, summary, adapters, files } = run;
    const whole = !(path in NEEDED);
    // What is no text of the records is a file that the run brings along.
    const needed = path === WHOLE_RUN ? ['facts', 'trials', 'steps'] : (NEEDED[path] ?? []);
    this.send(runId, {
      kind: 'hand',
      part: { part: 'head', manifest, summary, adapters: whole ? adapters : [], files: whole ? files : [] },
    });
    for (const part of ['facts', 'trials', 'steps'] as const) {
      if (!needed.includes(part)) continue;
      for (const records of pieces<unknown>(run[part])) {
        this.send(runId, { kind: 'hand', part: { part, records } as RunPart });
        await new Promise((resolve) => setTimeout(resolve));
      }
    }
    for (const probe of PROBE_RECORD_KINDS) {
      for (const records of pieces<ProbeRecord>(run.probes[probe])) {
        this.send(runId, { kind: 'hand', part: { part: 'probes', probe, records } });
        await new Promise((resolve) => setTimeout(resolve));
      }
    }
    this.send(runId, { kind: 'encode', path, pairs });
    return ((await answer) as Extract<Answer, { kind: 'encoded' }>).file;
  }

  /** True where the message belongs to a question about runs as files, waited for or not. */
  receive(message: Response): boolean {
    if (!message.runId.startsWith('files-')) return false;
    const waiting = this.#waiting.get(message.runId);
    if (waiting === undefined) return true;
    const { run } = waiting;
    switch (message.kind) {
      case 'manifest':
        run.manifest = message.manifest;
        return true;
      case 'summary':
        run.summary = message.summary;
        return true;
      case 'facts':
        run.facts.push(...message.records);
        return true;
      case 'trials':
        run.trials.push(...message.records);
        return true;
      case 'steps':
        run.steps.push(...message.records);
        return true;
      case 'probes':
        (run.probes[message.probe] as unknown[]).push(...message.records);
        return true;
      case 'adapter':
        run.adapters.push(message.adapter);
        return true;
      case 'file':
        run.files.push(message.file);
        return true;
      case 'failed':
        waiting.reject(LabError.deserialize(message.error));
        break;
      case 'opened':
      case 'kept':
      case 'encoded':
      case 'identified':
        waiting.resolve(message);
        break;
      default:
        return true;
    }
    this.#waiting.delete(message.runId);
    return true;
  }

  failAll(error: LabError): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }

  #question() {
    const runId = `files-${++this.#count}`;
    const run: Waiting['run'] = {
      ...{ facts: [], trials: [], steps: [], adapters: [], files: [] },
      probes: { embeddings: [], canaries: [], language: [] },
    };
    const answer = new Promise<Answer>((resolve, reject) => this.#waiting.set(runId, { run, resolve, reject }));
    return { runId, run, answer };
  }
}

export function* pieces<T>(records: readonly T[]): Generator<T[]> {
  for (let at = 0; at < records.length; at += RECORDS_PER_MESSAGE) yield records.slice(at, at + RECORDS_PER_MESSAGE);
}
