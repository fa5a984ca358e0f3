/**
 * A pretraining's folder: pretraining.json, steps.jsonl, held-out.jsonl, checkpoint.bin; at the end the model's own files
 * and exposures.jsonl, and no checkpoint any more. In `world`, what the corpus was made of, where it came from a world's file.
 *
 * Promises: nothing is created, cut or removed before the first manifest; lines are on disk before the checkpoint that
 * counts them; what a resumed run wrote behind its checkpoint is cut. Only the files named above are touched.
 * Must not know: how training is done.
 */
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { NamedText } from '../core/files';
import {
  decodePretrainCheckpoint,
  encodeLines,
  encodePretrainCheckpoint,
  encodePretrainManifest,
  parseHeldOut,
  parsePretrainManifest,
  parsePretrainSteps,
  PRETRAIN_FILES,
  type PretrainEvent,
  type PretrainManifest,
  type PretrainResumePoint,
} from '../experiment';
import { LabError } from '../core/errors';
import { sha256Hex } from '../core/hash';
import { firstLines, readIfThere, refuseUsedFolder } from './record-files';
import { onDisk, replaceFile } from './write-files';

const CHECKPOINT_FILE = 'checkpoint.bin';
/** Of the world's files, in the model's folder. */
export const WORLD_FOLDER = 'world';
const MODEL_FILES = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'model.safetensors',
];

export class PretrainStore {
  #resumed: PretrainResumePoint | null = null;
  #steps: FileHandle | null = null;
  #heldOut: FileHandle | null = null;

  constructor(
    readonly folder: string,
    /** Files of the world that is trained on. */
    private readonly world: readonly NamedText[] = [],
  ) {}

  /** Null where there is none. Throws `record-invalid`. */
  async manifest(): Promise<PretrainManifest | null> {
    const place = this.#path(PRETRAIN_FILES.manifest);
    const bytes = await readIfThere(place);
    return bytes === null ? null : parsePretrainManifest(bytes.toString('utf8'), place);
  }

  /** Throws `output-exists`. */
  async refuseUsed(): Promise<void> {
    await refuseUsedFolder(this.folder, PRETRAIN_FILES.manifest, 'already holds a pretraining');
  }

  /** Whether a finished pretraining still is what was written. Throws `file-mismatch`, naming the file. */
  async check({ files }: PretrainManifest): Promise<void> {
    const expected = [
      ...files.map(({ name, sha256 }) => ({ name, sha256 })),
      ...this.world.map(({ name, text }) => ({ name: path.join(WORLD_FOLDER, name), sha256: sha256Hex(text) })),
    ];
    for (const { name, sha256 } of expected) {
      const bytes = await readIfThere(this.#path(name));
      if (bytes !== null && sha256Hex(bytes) === sha256) continue;
      const what = bytes === null ? 'is missing' : 'is not as it was written';
      throw new LabError('file-mismatch', `${this.#path(name)} ${what}.`, {
        hint: `Put it back, or remove ${this.folder}: the model is then pretrained anew.`,
      });
    }
  }

  /** Where the pretraining in this folder stopped; null where it has no checkpoint yet. */
  async resumePoint(): Promise<PretrainResumePoint | null> {
    const place = this.#path(CHECKPOINT_FILE);
    const bytes = await readIfThere(place);
    const manifest = await this.manifest();
    this.#resumed = null;
    if (bytes === null || manifest === null) return null;
    const checkpoint = decodePretrainCheckpoint(bytes, place);
    const head = async (name: string, lines: number) =>
      firstLines((await readIfThere(this.#path(name)))?.toString('utf8') ?? '', lines);
    const { steps, heldOut } = PRETRAIN_FILES;
    this.#resumed = {
      checkpoint,
      steps: parsePretrainSteps(await head(steps, checkpoint.stepLines), this.#path(steps)),
      heldOut: parseHeldOut(await head(heldOut, checkpoint.heldOutLines), this.#path(heldOut)),
      manifest,
    };
    return this.#resumed;
  }

  /** Takes one event to disk. */
  async write(event: PretrainEvent): Promise<void> {
    switch (event.kind) {
      case 'manifest':
        if (!this.#steps) await this.#begin();
        await replaceFile(this.#path(PRETRAIN_FILES.manifest), encodePretrainManifest(event.manifest));
        // The checkpoint is three times the model, and of no more use.
        if (event.manifest.state === 'done') await rm(this.#path(CHECKPOINT_FILE), { force: true });
        return;
      case 'steps':
        return this.#append(this.#steps, PRETRAIN_FILES.steps, event.records);
      case 'held-out':
        return this.#append(this.#heldOut, PRETRAIN_FILES.heldOut, [event.record]);
      case 'checkpoint':
        await onDisk(this.#path(PRETRAIN_FILES.steps), () => this.#steps!.datasync());
        await onDisk(this.#path(PRETRAIN_FILES.heldOut), () => this.#heldOut!.datasync());
        return replaceFile(this.#path(CHECKPOINT_FILE), encodePretrainCheckpoint(event.checkpoint));
      case 'model':
        for (const { path: name, bytes } of event.files) await replaceFile(this.#path(name), bytes);
        return;
      case 'progress':
        return;
    }
  }

  async close(): Promise<void> {
    await this.#steps?.close();
    await this.#heldOut?.close();
    this.#steps = this.#heldOut = null;
  }

  /** A new folder without an older one's files, or the old one cut to its checkpoint. */
  async #begin(): Promise<void> {
    const { steps, heldOut, exposures } = PRETRAIN_FILES;
    await onDisk(this.folder, async () => {
      await mkdir(this.folder, { recursive: true });
      for (const name of [...MODEL_FILES, exposures]) await rm(this.#path(name), { force: true });
      if (!this.#resumed) await rm(this.#path(CHECKPOINT_FILE), { force: true });
      // Another world's would be asked of this model.
      await rm(this.#path(WORLD_FOLDER), { recursive: true, force: true });
      for (const { name, text } of this.world) await replaceFile(this.#path(path.join(WORLD_FOLDER, name)), text);
      await replaceFile(this.#path(steps), encodeLines(this.#resumed?.steps ?? []));
      await replaceFile(this.#path(heldOut), encodeLines(this.#resumed?.heldOut ?? []));
      this.#steps = await open(this.#path(steps), 'a');
      this.#heldOut = await open(this.#path(heldOut), 'a');
    });
  }

  async #append(handle: FileHandle | null, name: string, records: readonly object[]): Promise<void> {
    await onDisk(this.#path(name), () => handle!.appendFile(encodeLines(records)));
  }

  #path(name: string): string {
    return path.join(this.folder, name);
  }
}
