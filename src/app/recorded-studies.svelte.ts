/**
 * Studies that were run beforehand, shown from their files: nothing of them is computed here.
 *
 * Promises: a study that cannot be read is one error in plain words and changes nothing. Must not know: components.
 */
import * as v from 'valibot';
import { LabError, toLabError, type SerializedLabError } from '../core/errors';
import { parseStudySummary, STUDY_FILES, type StudySummary } from '../records';
import { chartFileName, type ChartFile } from './exports';
import type { RecordedList, RecordedStudyEntry } from './recorded.svelte';

/** What is said of a study, whatever version its other fields are of. */
const studySchema = v.object({
  name: v.string(),
  description: v.optional(v.string()),
  world: v.optional(v.unknown()),
});

export interface RecordedStudy {
  entry: RecordedStudyEntry;
  name: string;
  question: string | null;
  /** Its cells make a world and pretrain on it. */
  ofWorlds: boolean;
  summary: StudySummary;
  /** The study file as it stands. */
  text: string;
}

export class RecordedStudies {
  shown = $state.raw<RecordedStudy | null>(null);
  working = $state.raw<string | null>(null);
  error = $state.raw<SerializedLabError | null>(null);
  /** Counts the studies opened: each is to be looked at. */
  opened = $state.raw(0);

  constructor(
    private readonly recorded: RecordedList,
    private readonly download: (name: string, type: string, content: string | Blob) => void,
  ) {}

  get list(): RecordedStudyEntry[] {
    return this.recorded.studies;
  }

  open(entry: RecordedStudyEntry): Promise<void> {
    return this.#work(entry.title, async () => {
      const [text, summary] = await Promise.all([this.recorded.text(entry.study), this.recorded.text(entry.summary)]);
      const { name, description, world } = studyOf(text, entry.study);
      this.shown = {
        entry,
        name,
        question: description ?? null,
        ofWorlds: world !== undefined,
        summary: parseStudySummary(summary, entry.summary),
        text,
      };
      this.opened += 1;
    });
  }

  close(): void {
    this.shown = null;
  }

  /** A file of the study on show, as it lies beside the page. */
  save(path: string): Promise<void> {
    return this.#work(path, async () => {
      const type = path.endsWith('.csv') ? 'text/csv' : 'application/json';
      this.download(fileName(path), type, await this.recorded.text(path));
    });
  }

  /** A chart of the study on show. */
  saveChart({ name, type, content }: ChartFile): void {
    this.download(chartFileName(this.shown?.entry.name ?? 'study', name), type, content);
  }

  async #work(name: string, work: () => Promise<void>): Promise<void> {
    this.working = name;
    this.error = null;
    try {
      await work();
    } catch (thrown) {
      this.error = toLabError(thrown).serialize();
    } finally {
      this.working = null;
    }
  }
}

/** The files that a recorded study consists of, by their paths from the index. */
export function studyPaths({ entry, summary }: RecordedStudy): string[] {
  const beside = (name: string) => entry.summary.replace(/[^/]*$/, name);
  const expected = summary.expectations.length > 0 ? [beside(STUDY_FILES.expectations)] : [];
  return [entry.study, entry.summary, beside(STUDY_FILES.table), ...expected];
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function studyOf(text: string, path: string): v.InferOutput<typeof studySchema> {
  try {
    return v.parse(studySchema, JSON.parse(text));
  } catch (cause) {
    throw new LabError('study-invalid', `${path} beside this page is not a study.`, {
      hint: 'Serve page and files of one version.',
      cause,
    });
  }
}
