/**
 * Pretraining in a browser: planned, run, continued after a reload, packed.
 *
 * Promises: what is computed is what the terminal computes; it is kept as it goes, with the files of its world, so that it
 * can be continued without the world's own file; one tab has a pretraining at a time. Must not know: the worker's port.
 */
import { LabError } from '../core/errors';
import {
  encodeLines,
  encodePretrainManifest,
  PRETRAIN_FILES,
  PretrainRunner,
  preparePretraining,
  readCorpus,
  type PreparedPretraining,
  type PretrainHost,
  type PretrainManifest,
  type PretrainResumePoint,
} from '../experiment';
import { folderOf } from '../platform/folder';
import { pretrainingLock } from '../platform/lock';
import type { RunStorage } from '../platform/storage';
import { packFiles } from '../records';
import type { EncodedFile } from './bundle-protocol';
import { throughLostDevices } from './execute-run';
import { keptPretrainPoint, PretrainFeed, type PretrainRecords } from './pretrain-feed';
import type { PretrainConfig, PretrainPlan } from './pretrain-protocol';
import type { Request, ResponseBody } from './protocol';
import type { RunControl } from './run-control';
import { encodedWorldFiles, type WorldDesk } from './world-desk';
import type { WorldInputs } from './world-protocol';

export interface PretrainDeskHost {
  storage: RunStorage<PretrainRecords>;
  worlds: Pick<WorldDesk, 'make'>;
  /** Throws `webgpu-missing`. */
  pretrainHost(): PretrainHost;
  /** Throws `run-locked` where another tab holds the name. */
  withLock<T>(name: string, work: () => Promise<T>): Promise<T>;
}

type Asked<K extends Request['kind']> = Omit<Extract<Request, { kind: K }>, 'kind' | 'runId' | 'seq'>;
type Post = (body: ResponseBody) => void;

/** Files of the world beside those of the model. */
const WORLD_FOLDER = 'world/';

export class PretrainDesk {
  constructor(private readonly host: PretrainDeskHost) {}

  async plan({ inputs, config }: Asked<'plan-pretraining'>): Promise<PretrainPlan> {
    const { plan, decoder } = await this.#prepare(inputs, config);
    return { ...plan, vocabulary: decoder.vocabSize };
  }

  async run({ key, inputs, config, dtype }: Asked<'run-pretraining'>, verbs: RunControl, post: Post): Promise<void> {
    await this.host.withLock(pretrainingLock(key), async () => {
      const world = await this.host.worlds.make(inputs);
      const prepared = await this.#prepare(inputs, config);
      const files = encodedWorldFiles(world).map(({ path, bytes }) => ({ path: `${WORLD_FOLDER}${path}`, bytes }));
      const feed = new PretrainFeed(this.host.storage.writer(key), post, files);
      await this.#execute(prepared, dtype, { feed, verbs, from: null });
    });
  }

  /** Throws `record-invalid` where nothing is kept, `checkpoint-mismatch` where it cannot go on to the same bits. */
  async continue({ key }: Asked<'continue-pretraining'>, verbs: RunControl, post: Post): Promise<void> {
    await this.host.withLock(pretrainingLock(key), async () => {
      const kept = await this.host.storage.load(key);
      if (kept === null) {
        throw new LabError('record-invalid', 'This pretraining is no longer kept here.', {
          hint: 'Begin it anew with its world.',
        });
      }
      const { record } = kept.manifest;
      const prepared = preparePretraining(await keptCorpus(record, kept.files), record.config);
      if (prepared.runId !== record.runId) {
        throw new LabError('checkpoint-mismatch', 'This pretraining was begun by another version of Ontoscope.', {
          hint: 'Begin it anew with its world.',
        });
      }
      const from = await keptPretrainPoint(this.host.storage, key);
      const feed = new PretrainFeed(this.host.storage.writer(key), post, []);
      feed.continueFrom(from, false);
      await this.#execute(prepared, record.dtype, { feed, verbs, from });
    });
  }

  /** The folder that the terminal would write, as a zip. */
  pack({ manifest, steps, heldOut, files }: Asked<'pack-pretraining'>): EncodedFile {
    const encoder = new TextEncoder();
    const logs = [
      { path: PRETRAIN_FILES.manifest, text: encodePretrainManifest(manifest as PretrainManifest) },
      { path: PRETRAIN_FILES.steps, text: encodeLines(steps) },
      { path: PRETRAIN_FILES.heldOut, text: encodeLines(heldOut) },
    ].map(({ path, text }) => ({ path, bytes: encoder.encode(text) }));
    return { path: 'model.zip', bytes: packFiles([...files, ...logs]) };
  }

  async #prepare(inputs: WorldInputs, config: PretrainConfig): Promise<PreparedPretraining> {
    const { spec, corpus, tokenizer } = await this.host.worlds.make(inputs);
    return preparePretraining({ name: spec.name, corpus, tokenizer }, config);
  }

  async #execute(
    prepared: PreparedPretraining,
    dtype: PretrainManifest['dtype'],
    work: { feed: PretrainFeed; verbs: RunControl; from: PretrainResumePoint | null },
  ): Promise<void> {
    const host = this.host.pretrainHost();
    await throughLostDevices({ makeRunner: () => new PretrainRunner(prepared, host, dtype), ...work });
  }
}

/** The corpus as it lies in the kept files: what reading the terminal's folder gives. */
async function keptCorpus({ corpus: { name } }: PretrainManifest, files: readonly EncodedFile[]) {
  const world = files.filter(({ path }) => path.startsWith(WORLD_FOLDER));
  const picked = world.map(({ path, bytes }) => {
    const own = path.slice(WORLD_FOLDER.length);
    return { path: own, file: new File([bytes], own) };
  });
  return readCorpus(folderOf({ name, files: picked }));
}
