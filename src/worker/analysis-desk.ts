/**
 * Analyses of whole runs: keeps the records that the page handed over, until it lets go of them, and answers.
 *
 * Promises: an answer is of the records as they stood when it was asked for; a run that is not whole here is told as
 * missing; what is not known by name is a LabError. Must not know: the worker's port.
 */
import { LabError } from '../core/errors';
import { ANALYSES } from '../experiment/analyses';
import type { AnalysedRun, AnalysisName } from '../records/analyses';
import type { HeldRecords } from './analysis-protocol';
import type { RecordsPart } from './bundle-protocol';
import { gather, listsOf, RECORD_LISTS } from './run-parts';

type Analyse = (runs: readonly AnalysedRun[], args: unknown) => unknown;

export class AnalysisDesk {
  readonly #runs = new Map<string, AnalysedRun>();

  /** The run under a key as it is from now on: what stays of what is here; `hand` brings the rest. */
  hold(key: string, { manifest, summary, keep, files, paths }: HeldRecords): void {
    const before = this.#runs.get(key);
    const lists = before && listsOf(before);
    const there = new Map([...(before?.files ?? []), ...files].map((file) => [file.path, file]));
    const whole = RECORD_LISTS.every((list) => (keep[list] ?? 0) <= (lists?.[list].length ?? 0));
    if (!whole || !paths.every((path) => there.has(path))) {
      this.#runs.delete(key);
      return;
    }
    // New lists: an analysis that still reads the old ones goes on undisturbed.
    const kept = <T>(list: T[] | undefined, count = 0) => (list ?? []).slice(0, count);
    const { embeddings, canaries, language } = before?.probes ?? {};
    this.#runs.set(key, {
      ...{ manifest, summary, files: paths.map((path) => there.get(path)!) },
      facts: kept(before?.facts, keep.facts),
      trials: kept(before?.trials, keep.trials),
      steps: kept(before?.steps, keep.steps),
      probes: {
        embeddings: kept(embeddings, keep.embeddings),
        canaries: kept(canaries, keep.canaries),
        language: kept(language, keep.language),
      },
    });
  }

  hand(key: string, part: RecordsPart): void {
    const run = this.#runs.get(key);
    // Its run was dropped while the rest of it was under way.
    if (run !== undefined) gather(run, part);
  }

  drop(key: string): void {
    this.#runs.delete(key);
  }

  async analyse(keys: readonly string[], name: string, args: unknown): Promise<{ result: unknown; missing: string[] }> {
    const analyse = Object.hasOwn(ANALYSES, name) ? (ANALYSES[name as AnalysisName] as Analyse) : undefined;
    if (analyse === undefined) {
      throw new LabError('internal', `There is no analysis ${name}.`, {
        hint: 'Reload the page. If it happens again, please report it.',
      });
    }
    const missing = keys.filter((key) => !this.#runs.has(key));
    if (missing.length > 0) return { result: null, missing };
    // As they are now: what is handed over while this goes on belongs to another question.
    const runs = keys.map((key) => this.#runs.get(key)!);
    return { result: await analyse(runs, args), missing };
  }
}
