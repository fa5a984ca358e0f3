/**
 * Analyses on their way to the worker and back.
 *
 * Promises: records of a run cross once: of one that grew only what came since, in pieces with pauses between, so that
 * the page stays quick; other records in their place cross whole. Every question is asked of just the records it came
 * with, in the order of the questions, and has its answer. The worker keeps a few runs; the one asked for longest ago
 * makes room. Must not know: how anything is estimated.
 */
import type { AnalysedRun, AnalysisName, AnalysisRequest, AnalysisResult } from '../records/analyses';
import { LabError } from '../core/errors';
import { ANALYSED_RUNS } from './analysis-protocol';
import { Calls } from './calls';
import type { RequestBody } from './protocol';
import { handOver, listsOf, partsOf, RECORD_LISTS, type RecordList } from './run-parts';

/** A run's records as they are now, under the run's own name, which stays when they grow. */
export interface NamedRun {
  key: string;
  run: { readonly [Part in keyof AnalysedRun]: Readonly<AnalysedRun[Part]> };
}

/** What was handed over: enough to tell a run that grew from other records. */
interface Held {
  run: Pick<NamedRun['run'], 'manifest' | 'summary'>;
  counts: Record<RecordList, number>;
  last: Record<RecordList, unknown>;
  /** Vectors are large: known again, not kept. */
  files: { count: number; known: WeakSet<object> };
}

export class AnalysisCalls extends Calls {
  /** What the worker has by key; the one asked for last stands last. */
  readonly #held = new Map<string, Held>();
  /** Ends when the last question so far was sent. */
  #line: Promise<unknown> = Promise.resolve();
  /** Why what was under way when the worker died is not here any more. */
  #lost: LabError | null = null;
  #lives = 0;

  constructor(send: (runId: string, body: RequestBody) => void) {
    super('analyses', send);
  }

  /** Rejects with the LabError that says why there is no answer. */
  async analyse<Name extends AnalysisName>(
    runs: readonly NamedRun[],
    request: AnalysisRequest<Name>,
  ): Promise<AnalysisResult<Name>> {
    const first = await this.#asked(runs, request);
    if (first.missing.length === 0) return first.result as AnalysisResult<Name>;
    // What was sent never arrived, the part of the worker that keeps it among it: once more, whole.
    for (const key of first.missing) this.#held.delete(key);
    const again = await this.#asked(runs, request);
    if (again.missing.length === 0) return again.result as AnalysisResult<Name>;
    throw new LabError('internal', `The analysis ${request.name} was asked of records that did not arrive.`, {
      hint: 'Try again. If it happens again, reload the page and report it.',
    });
  }

  override failAll(error: LabError): void {
    // A worker that died has forgotten everything.
    this.#held.clear();
    this.#lost = error;
    this.#lives += 1;
    super.failAll(error);
  }

  /** Hands over what the worker lacks and asks, one question after the other. */
  async #asked<Name extends AnalysisName>(runs: readonly NamedRun[], { name, args }: AnalysisRequest<Name>) {
    const life = this.#lives;
    const keys = runs.map(({ key }) => key);
    const turn = this.#line.then(async () => {
      for (const named of runs) await this.#hand(named, keys, life);
      this.#mustLive(life);
      // In an object: the next in line need not wait for the answer.
      return { answer: this.ask('analysed', { kind: 'analyse', keys, name, args }) };
    });
    this.#line = turn.catch(() => undefined);
    return (await turn).answer;
  }

  async #hand({ key, run }: NamedRun, wanted: readonly string[], life: number): Promise<void> {
    this.#mustLive(life);
    const before = this.#held.get(key);
    const lists = listsOf(run);
    const grown = before !== undefined && RECORD_LISTS.every((list) => startsWith(lists[list], before, list));
    const now = heldOf(run);
    this.#held.delete(key);
    this.#held.set(key, now);
    this.#makeRoom(wanted);
    if (grown && same(before, now, run.files)) return;
    const { manifest, summary } = run;
    const keep = grown ? before.counts : {};
    const files = run.files.filter((file) => !grown || !before.files.known.has(file));
    try {
      const paths = run.files.map(({ path }) => path);
      this.send(this.name(), { kind: 'hold-records', key, manifest, summary, keep, files, paths });
      await handOver(partsOf(lists, keep), (part) => {
        this.#mustLive(life);
        this.send(this.name(), { kind: 'hand-records', key, part });
      });
    } catch (thrown) {
      this.#held.delete(key);
      throw thrown;
    }
  }

  #makeRoom(wanted: readonly string[]): void {
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= ANALYSED_RUNS) return;
      if (wanted.includes(oldest)) continue;
      this.#held.delete(oldest);
      this.send(this.name(), { kind: 'drop-records', key: oldest });
    }
  }

  #mustLive(life: number): void {
    if (life !== this.#lives && this.#lost !== null) throw this.#lost;
  }
}

function heldOf(run: NamedRun['run']): Held {
  const lists = listsOf(run);
  const each = <T>(of: (list: readonly unknown[]) => T) =>
    Object.fromEntries(RECORD_LISTS.map((name) => [name, of(lists[name])])) as Record<RecordList, T>;
  // Not the run itself: it may be let go of everywhere else.
  const { manifest, summary } = run;
  return {
    run: { manifest, summary },
    counts: each(({ length }) => length),
    last: each((list) => list.at(-1)),
    files: { count: run.files.length, known: new WeakSet(run.files) },
  };
}

/** Records are never changed: where the last of a list is still in its place, so are those before it. */
function startsWith(list: readonly unknown[], { counts, last }: Held, name: RecordList): boolean {
  return counts[name] === 0 || list[counts[name] - 1] === last[name];
}

function same(before: Held, now: Held, files: readonly object[]): boolean {
  return (
    before.run.manifest === now.run.manifest &&
    before.run.summary === now.run.summary &&
    RECORD_LISTS.every((list) => before.counts[list] === now.counts[list]) &&
    before.files.count === now.files.count &&
    files.every((file) => before.files.known.has(file))
  );
}
