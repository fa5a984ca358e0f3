/**
 * A run's folder: manifest.json, facts.jsonl, trials.jsonl, steps.jsonl, summary.json, checkpoint.bin, adapters/<direction>/;
 * where probes write, embeddings.jsonl, canaries.jsonl, language.jsonl and embeddings/.
 *
 * Promises: nothing is created, cut or removed before the run's first manifest, so a run that cannot start leaves the
 * folder as it was; records are appended as they come and are on disk before the checkpoint that counts them; a resumed
 * run's records are cut to its checkpoint. Only the files named above are ever touched.
 * Must not know: how a run computes.
 */
import { mkdir, open, rm, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { ResumePoint, RunEvent } from '../experiment';
import { decodeCheckpoint, encodeCheckpoint } from '../experiment';
import {
  encodeFacts,
  encodeManifest,
  encodeProbeRecords,
  encodeSteps,
  encodeSummary,
  encodeTrials,
  parseManifest,
  parseSteps,
  parseTrials,
  PROBE_FILES,
  PROBE_RECORD_KINDS,
  readProbeRecords,
  RUN_FILES,
  type ProbeRecordKind,
} from '../records';
import type { Manifest } from '../records';
import { firstLines, readIfThere, refuseUsedFolder } from './record-files';
import { onDisk, replaceFile } from './write-files';

const CHECKPOINT_FILE = 'checkpoint.bin';
const ADAPTERS_FOLDER = 'adapters';
const EMBEDDINGS_FOLDER = 'embeddings';

export class RunStore {
  #resumed: ResumePoint | null = null;
  #trials: FileHandle | null = null;
  #steps: FileHandle | null = null;
  /** Opened when a probe first writes. */
  readonly #probes = new Map<ProbeRecordKind, FileHandle>();

  constructor(readonly folder: string) {}

  /** The manifest of the run in this folder; null where there is none. Throws `record-invalid`. */
  async manifest(): Promise<Manifest | null> {
    const text = await this.#text(RUN_FILES.manifest);
    return text === null ? null : parseManifest(text, this.#path(RUN_FILES.manifest));
  }

  async summaryText(): Promise<string | null> {
    return this.#text(RUN_FILES.summary);
  }

  /** Throws `output-exists` unless the folder is absent or empty but for the lock of who works there. */
  async refuseUsed(): Promise<void> {
    await refuseUsedFolder(this.folder, RUN_FILES.manifest, 'already holds a run');
  }

  /** Where the run in this folder stopped; null where it has no checkpoint yet. */
  async resumePoint(): Promise<ResumePoint | null> {
    const place = this.#path(CHECKPOINT_FILE);
    const bytes = await readIfThere(place);
    const manifest = await this.manifest();
    this.#resumed = null;
    if (bytes === null || manifest === null) return null;
    const checkpoint = decodeCheckpoint(bytes, place);
    const head = async (name: string, lines: number) => firstLines((await this.#text(name)) ?? '', lines);
    this.#resumed = {
      checkpoint,
      trials: parseTrials(await head(RUN_FILES.trials, checkpoint.trialLines), this.#path(RUN_FILES.trials)),
      steps: parseSteps(await head(RUN_FILES.steps, checkpoint.stepLines), this.#path(RUN_FILES.steps)),
      probes: await this.#probeRecords(checkpoint.probeLines),
      manifest,
    };
    return this.#resumed;
  }

  /** Takes one event of the run to disk. */
  async write(event: RunEvent): Promise<void> {
    switch (event.kind) {
      case 'manifest':
        if (!this.#trials) await this.#begin();
        return replaceFile(this.#path(RUN_FILES.manifest), encodeManifest(event.manifest));
      case 'facts':
        return replaceFile(this.#path(RUN_FILES.facts), encodeFacts(event.records));
      case 'trials':
        return this.#append(this.#trials, RUN_FILES.trials, encodeTrials(event.records));
      case 'steps':
        return this.#append(this.#steps, RUN_FILES.steps, encodeSteps(event.records));
      case 'probes':
        // Files first: a line that names one is never there without it.
        for (const { path: name, bytes } of event.files) await replaceFile(this.#path(...name.split('/')), bytes);
        return this.#append(
          await this.#probeFile(event.probe),
          PROBE_FILES[event.probe],
          encodeProbeRecords(event.probe, event.records),
        );
      case 'checkpoint':
        await onDisk(this.#path(RUN_FILES.trials), () => this.#trials!.datasync());
        await onDisk(this.#path(RUN_FILES.steps), () => this.#steps!.datasync());
        for (const [kind, handle] of this.#probes) {
          await onDisk(this.#path(PROBE_FILES[kind]), () => handle.datasync());
        }
        return replaceFile(this.#path(CHECKPOINT_FILE), encodeCheckpoint(event.checkpoint));
      case 'adapter':
        for (const { path: name, bytes } of event.files) {
          await replaceFile(this.#path(ADAPTERS_FOLDER, event.direction, name), bytes);
        }
        return;
      case 'summary':
        return replaceFile(this.#path(RUN_FILES.summary), encodeSummary(event.summary));
      case 'progress':
        return;
    }
  }

  async close(): Promise<void> {
    await this.#trials?.close();
    await this.#steps?.close();
    for (const handle of this.#probes.values()) await handle.close();
    this.#trials = this.#steps = null;
    this.#probes.clear();
  }

  /** A new run's folder without an older run's files, or the old one cut to its checkpoint. */
  async #begin(): Promise<void> {
    await onDisk(this.folder, async () => {
      await mkdir(this.folder, { recursive: true });
      if (this.#resumed) {
        const { trials, steps, probes } = this.#resumed;
        await replaceFile(this.#path(RUN_FILES.trials), encodeTrials(trials));
        await replaceFile(this.#path(RUN_FILES.steps), encodeSteps(steps));
        for (const kind of PROBE_RECORD_KINDS) {
          const text = probes ? encodeProbeRecords(kind, probes[kind]) : '';
          if (text === '') await rm(this.#path(PROBE_FILES[kind]), { force: true });
          else await replaceFile(this.#path(PROBE_FILES[kind]), text);
        }
        await rm(this.#path(RUN_FILES.summary), { force: true });
      } else {
        for (const name of [...Object.values(RUN_FILES), CHECKPOINT_FILE, ADAPTERS_FOLDER, EMBEDDINGS_FOLDER]) {
          await rm(this.#path(name), { force: true, recursive: true });
        }
        await writeFile(this.#path(RUN_FILES.trials), '');
        await writeFile(this.#path(RUN_FILES.steps), '');
      }
      this.#trials = await open(this.#path(RUN_FILES.trials), 'a');
      this.#steps = await open(this.#path(RUN_FILES.steps), 'a');
    });
  }

  async #probeFile(kind: ProbeRecordKind): Promise<FileHandle> {
    const known = this.#probes.get(kind);
    if (known) return known;
    const file = this.#path(PROBE_FILES[kind]);
    const handle = await onDisk(file, () => open(file, 'a'));
    this.#probes.set(kind, handle);
    return handle;
  }

  /** What the checkpoint counted; lines behind it are void. */
  async #probeRecords(lines: Record<ProbeRecordKind, number> | undefined) {
    const texts = new Map<string, string>();
    for (const kind of PROBE_RECORD_KINDS) {
      const text = (await this.#text(PROBE_FILES[kind])) ?? '';
      texts.set(PROBE_FILES[kind], firstLines(text, lines?.[kind] ?? 0));
    }
    return readProbeRecords((name) => texts.get(name));
  }

  async #append(handle: FileHandle | null, name: string, text: string): Promise<void> {
    await onDisk(this.#path(name), () => handle!.appendFile(text));
  }

  async #text(name: string): Promise<string | null> {
    return (await readIfThere(this.#path(name)))?.toString('utf8') ?? null;
  }

  #path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }
}
