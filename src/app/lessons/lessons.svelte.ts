/**
 * The lessons beside the page: their list, the one on show with all it draws on, the glossary.
 *
 * Promises: nothing is fetched before it is asked for, and each file once; a lesson that cannot be opened is one error in
 * plain words. Must not know: components, what a lesson says.
 */
import { LabError, toLabError, type SerializedLabError } from '../../core/errors';
import type { WholeRun } from '../../records';
import { readBeside, type GetBeside } from '../beside-index';
import { Once } from '../../core/once';
import type { RecordedList, RecordedRun } from '../recorded.svelte';
import type { GlossaryWord, LessonEntry } from './lesson-schema';
import type { LessonSources } from './lesson-numbers';
import type { OpenedLesson } from './read-lesson';

const FOLDER = 'lessons';

export interface LessonsHost {
  get: GetBeside;
  recorded: RecordedList;
  /** The records of a recorded run. */
  records(run: RecordedRun): Promise<WholeRun>;
}

export class LessonStore {
  list = $state.raw<LessonEntry[]>([]);
  words = $state.raw<GlossaryWord[]>([]);
  shown = $state.raw<OpenedLesson | null>(null);
  error = $state.raw<SerializedLabError | null>(null);
  #started: Promise<void> | null = null;
  #wanted: string | null = null;
  readonly #studies = new Once<LessonSources['studies'][string]>();
  readonly #runs = new Once<LessonSources['runs'][string]>();

  constructor(private readonly host: LessonsHost) {}

  /** Reads list and glossary, once. */
  start(): Promise<void> {
    this.#started ??= this.#guard(async () => {
      const { lessonIndexSchema, glossarySchema } = await import('./lesson-schema');
      const [index, glossary] = await Promise.all([
        readBeside(this.host.get, `${FOLDER}/index.json`, lessonIndexSchema),
        readBeside(this.host.get, `${FOLDER}/glossary.json`, glossarySchema),
      ]);
      this.list = index.lessons;
      this.words = glossary.words;
    });
    return this.#started;
  }

  meaning(word: string): GlossaryWord | null {
    return this.words.find((entry) => entry.word === word) ?? null;
  }

  /** Shows a lesson; the one asked for last wins. */
  async open(name: string): Promise<void> {
    this.#wanted = name;
    if (this.shown?.lesson.name === name) return;
    this.shown = null;
    this.error = null;
    await this.start();
    // Without the list there is an error already, which says more.
    if (this.list.length === 0) return;
    await this.#guard(async () => {
      if (!this.list.some((lesson) => lesson.name === name))
        throw new LabError('file-missing', `There is no lesson called “${name}”.`, {
          hint: 'The address may be mistyped, or be of another version of this page: choose a lesson under “All lessons”.',
        });
      const { openLesson, parseLesson, sourcesOf } = await import('./read-lesson');
      const path = `${FOLDER}/${name}.json`;
      const lesson = parseLesson(await (await this.host.get(path)).text(), path);
      const needed = sourcesOf(lesson);
      await this.host.recorded.start();
      const sources: LessonSources = {
        studies: await all(needed.studies, (study) => this.#study(study)),
        runs: await all(needed.runs, (run) => this.#run(run)),
      };
      if (this.#wanted === name) this.shown = openLesson(lesson, sources);
    });
  }

  dismissError(): void {
    this.error = null;
  }

  #study(name: string): Promise<LessonSources['studies'][string]> {
    return this.#studies.get(name, async () => {
      const { parseStudySummary } = await import('./read-lesson');
      const entry = this.host.recorded.studies.find((study) => study.name === name);
      if (entry === undefined) throw new TypeError(`No recorded study is called ${name}.`);
      return parseStudySummary(await this.host.recorded.text(entry.summary), entry.summary);
    });
  }

  #run(name: string): Promise<LessonSources['runs'][string]> {
    return this.#runs.get(name, async () => {
      const { recordedSource } = await import('./read-lesson');
      const entry = this.host.recorded.runs.find((run) => run.name === name);
      if (entry === undefined) throw new TypeError(`No recorded run is called ${name}.`);
      return recordedSource(name, await this.host.records(entry));
    });
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.error = toLabError(thrown).serialize();
    }
  }
}

async function all<T>(names: readonly string[], make: (name: string) => Promise<T>): Promise<Record<string, T>> {
  const made = await Promise.all(names.map(async (name) => [name, await make(name)] as const));
  return Object.fromEntries(made);
}
