/**
 * Estimates that are computed in the worker: asked for once, kept as long as their records are in use.
 *
 * Promises: the same question of the same records is asked once; an error is an answer in words; what was told stays
 * until other records take the run's place. Must not know: the worker's messages, how anything is estimated.
 */
import { SvelteMap } from 'svelte/reactivity';
import { canonicalJson } from '../core/json';
import { toLabError, type SerializedLabError } from '../core/errors';
import { ANALYSIS_READS, type AnalysisName, type AnalysisRequest, type AnalysisResult } from '../records';
import type { LabClient } from '../worker/client';
import type { ChartRun } from './chart-run';

export type Answer<Name extends AnalysisName = AnalysisName> =
  | { state: 'waiting' }
  | { state: 'here'; result: AnalysisResult<Name> }
  | { state: 'failed'; error: SerializedLabError };

type Request = { name: AnalysisName; args: AnalysisRequest['args'] };

const WAITING: Answer = { state: 'waiting' };
/** Answers kept: a few runs, all their charts. */
const KEPT = 200;
/** Answers of earlier moments: what is on show of the run asked about last. */
const KEPT_BEFORE = 40;

export class AnalysisStore {
  readonly #asked = new SvelteMap<string, { answer: Answer; promise: Promise<unknown> }>();

  /** The last answer to each question about a run, with the records that it is of. */
  readonly #before = new SvelteMap<string, { run: ChartRun; result: unknown }>();

  constructor(private readonly calls: Pick<LabClient['analyses'], 'analyse'>) {}

  /** What is known so far; to be read where a component derives. It asks for nothing: `want` does. */
  answer<Name extends AnalysisName>(
    runs: ChartRun | readonly ChartRun[],
    request: AnalysisRequest<Name>,
  ): Answer<Name> {
    return (this.#asked.get(nameOf(listOf(runs), request))?.answer ?? WAITING) as Answer<Name>;
  }

  /** What was last said of the run, with its records of then: to be shown while it is asked anew of a run that grew. */
  before<Name extends AnalysisName>(
    run: ChartRun,
    request: AnalysisRequest<Name>,
  ): { run: ChartRun; result: AnalysisResult<Name> } | null {
    const found = this.#before.get(questionOf([run.runKey ?? run.key], request)) ?? null;
    return found as { run: ChartRun; result: AnalysisResult<Name> } | null;
  }

  /** Asks, unless that was asked already; for effects. */
  want<Name extends AnalysisName>(runs: ChartRun | readonly ChartRun[], request: AnalysisRequest<Name>): void {
    this.result(runs, request).catch(() => undefined);
  }

  /** Asks anew what failed. */
  again<Name extends AnalysisName>(runs: ChartRun | readonly ChartRun[], request: AnalysisRequest<Name>): void {
    const name = nameOf(listOf(runs), request);
    if (this.#asked.get(name)?.answer.state === 'failed') this.#asked.delete(name);
    this.want(runs, request);
  }

  /** The result, asked for where it is not here yet. Rejects with a LabError. */
  result<Name extends AnalysisName>(
    runs: ChartRun | readonly ChartRun[],
    request: AnalysisRequest<Name>,
  ): Promise<AnalysisResult<Name>> {
    const list = listOf(runs);
    const name = nameOf(list, request);
    const known = this.#asked.get(name);
    if (known !== undefined) return known.promise as Promise<AnalysisResult<Name>>;
    const promise = this.#ask(name, list, request);
    this.#asked.set(name, { answer: WAITING, promise });
    for (const oldest of this.#asked.keys()) {
      if (this.#asked.size <= KEPT) break;
      this.#asked.delete(oldest);
    }
    return promise;
  }

  async #ask<Name extends AnalysisName>(
    name: string,
    runs: readonly ChartRun[],
    request: AnalysisRequest<Name>,
  ): Promise<AnalysisResult<Name>> {
    const told = (answer: Answer) => {
      const asked = this.#asked.get(name);
      if (asked) this.#asked.set(name, { ...asked, answer });
    };
    try {
      const named = runs.map((run) => ({ key: run.runKey ?? run.key, run }));
      const result = await this.calls.analyse(named, request);
      if (runs.length === 1) this.#remember(runs[0]!, request, result);
      told({ state: 'here', result });
      return result;
    } catch (thrown) {
      const error = toLabError(thrown);
      told({ state: 'failed', error: error.serialize() });
      throw error;
    }
  }

  #remember(run: ChartRun, request: Request, result: unknown): void {
    const key = run.runKey ?? run.key;
    const question = questionOf([key], request);
    // Whole records hang on each: of the run on show alone.
    for (const [other, { run: earlier }] of this.#before)
      if ((earlier.runKey ?? earlier.key) !== key || other === question) this.#before.delete(other);
    this.#before.set(question, { run, result });
    const [oldest] = this.#before.keys();
    if (this.#before.size > KEPT_BEFORE) this.#before.delete(oldest!);
  }
}

function listOf(runs: ChartRun | readonly ChartRun[]): readonly ChartRun[] {
  return 'key' in runs ? [runs] : runs;
}

function nameOf(runs: readonly ChartRun[], request: Request): string {
  return questionOf(runs.map(ANALYSIS_READS[request.name] === 'vectors' ? vectorsOf : ({ key }) => key), request);
}

/** The run with its vectors, however many trials it has by now. */
function vectorsOf(run: ChartRun): string {
  return `${run.runKey ?? run.key}|${run.probes.embeddings.length} vectors`;
}

function questionOf(keys: readonly string[], { name, args }: Request): string {
  return canonicalJson([keys, name, args]);
}
