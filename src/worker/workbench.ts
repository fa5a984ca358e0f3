/**
 * The desks that need readers, engine or statistics: data, runs, studies, worlds, pretraining. The heavy part of the worker,
 * fetched when somebody first asks for one of them.
 *
 * Promises: a request is answered under its own name, once. Must not know: the worker's port, the DOM.
 */
import { LabError } from '../core/errors';
import { listStudy, prepareRun, type PreparedRun } from '../experiment';
import { withLock } from '../platform/lock';
import { PRETRAINING_DATABASE, RunStorage } from '../platform/storage';
import { StudyStorage } from '../platform/study-storage';
import { DataDesk } from './data-desk';
import { describePlan, trialsPerEvaluation } from './describe-plan';
import type { ReadProgress } from './data-protocol';
import { browserHost } from './browser-host';
import { executeRun, keptPoint } from './execute-run';
import type { Records } from './kept-records';
import { openInputs } from './open-inputs';
import { PretrainDesk } from './pretrain-desk';
import type { Request, ResponseBody } from './protocol';
import type { RunControl } from './run-control';
import { RunFeed } from './run-feed';
import { StudyDesk } from './study-desk';
import { refuseWorlds } from './study-files';
import { throttled } from './throttled';
import { Timing } from './timing';
import { WorldDesk } from './world-desk';

type RequestOf<K extends Request['kind']> = Extract<Request, { kind: K }>;

/** What the dispatcher answers itself, or gives to another desk. */
type Elsewhere =
  | 'pause'
  | 'step'
  | 'resume'
  | 'cancel'
  | 'identify'
  | 'open-bundle'
  | 'keep-bundle'
  | 'hand'
  | 'encode'
  | 'pack-kept'
  | 'check-device'
  | 'stop-device-check'
  | 'hold-records'
  | 'hand-records'
  | 'drop-records'
  | 'analyse'
  | 'fetch-model'
  | 'stop-model'
  | 'open-model'
  | 'list-models'
  | 'delete-model';
export type BenchRequest = Exclude<Request, { kind: Elsewhere }>;

export interface Bench {
  post(runId: string, body: ResponseBody): void;
  /** The verbs for one job. */
  controlOf(runId: string): RunControl;
}

export class Workbench {
  readonly #storage = new RunStorage<Records>();
  readonly #desk = new DataDesk();
  readonly #studies = new StudyDesk({
    runs: this.#storage,
    studies: new StudyStorage(),
    prepare: (inputs) => prepareRun(openInputs(this.#desk, inputs), this.#desk.sources),
    runnerHost: browserHost,
    withLock,
  });
  readonly #worlds = new WorldDesk((file, at) => this.#desk.file(file, at));
  readonly #pretraining = new PretrainDesk({
    storage: new RunStorage(PRETRAINING_DATABASE),
    worlds: this.#worlds,
    pretrainHost: browserHost,
    withLock,
  });
  readonly #timing = new Timing();
  #prepared: { runId: string; run: PreparedRun } | null = null;

  constructor(private readonly bench: Bench) {}

  async answer(request: BenchRequest): Promise<void> {
    const { runId } = request;
    const post = (body: ResponseBody) => this.bench.post(runId, body);
    const verbs = () => this.bench.controlOf(runId);
    switch (request.kind) {
      case 'prepare':
        return this.#prepare(request);
      case 'start':
        return this.#start(request);
      case 'time': {
        const speed = await this.#timing.measure(this.#prepared?.run ?? null, browserHost);
        return post({ kind: 'timed', speed });
      }
      case 'survey': {
        const onProgress = throttled((progress: ReadProgress) => post({ kind: 'reading', progress }));
        return post({ kind: 'surveyed', survey: await this.#desk.survey(request.file, request.options, onProgress) });
      }
      case 'numbers':
        return post({ kind: 'numbered', table: await this.#desk.numbers(request.file, request.identifierColumn) });
      case 'terms':
        return post({ kind: 'found', page: this.#desk.terms(request.query) });
      case 'draw':
        return post({ kind: 'drawn', draw: await this.#desk.draw(request.inputs) });
      case 'questions':
        return post({ kind: 'asked', questions: this.#desk.questions(this.#prepared?.run ?? null, request.query) });
      case 'pair-texts':
        return post({ kind: 'texts-found', texts: await this.#desk.pairTexts(request) });
      case 'list-study': {
        const state = listStudy(request.study, request.name);
        refuseWorlds(state.study, request.name);
        return post({ kind: 'study-state', state });
      }
      case 'plan-study':
        return this.#studies.plan(request, post);
      case 'run-study':
        await this.#timing.stop();
        await this.#studies.run(request, verbs(), post);
        return post({ kind: 'finished' });
      case 'pool-study':
        return post({ kind: 'study-pooled', ...(await this.#studies.pool(request.key)) });
      case 'study-file':
        return post({ kind: 'encoded', file: await this.#studies.file(request.key, request.path) });
      case 'look-at-world':
        return this.#worlds.look(request, post);
      case 'make-world':
        return post({ kind: 'encoded', file: await this.#worlds.pack(request.inputs) });
      case 'plan-pretraining':
        return post({ kind: 'pretraining-planned', plan: await this.#pretraining.plan(request) });
      case 'run-pretraining':
        await this.#timing.stop();
        await this.#pretraining.run(request, verbs(), post);
        return post({ kind: 'finished' });
      case 'continue-pretraining':
        await this.#timing.stop();
        await this.#pretraining.continue(request, verbs(), post);
        return post({ kind: 'finished' });
      case 'pack-pretraining':
        return post({ kind: 'encoded', file: this.#pretraining.pack(request) });
    }
  }

  async #prepare({ runId, inputs }: RequestOf<'prepare'>): Promise<void> {
    const run = await prepareRun(openInputs(this.#desk, inputs), this.#desk.sources);
    this.#prepared = { runId, run };
    this.bench.post(runId, { kind: 'prepared', plan: describePlan(run) });
  }

  async #start({ runId, prepared: wanted, key, resume }: RequestOf<'start'>): Promise<void> {
    const prepared = this.#prepared;
    if (prepared?.runId !== wanted) {
      throw new LabError('usage', 'These inputs are no longer prepared.', { hint: 'Press Run again.' });
    }
    const { post, controlOf } = this.bench;
    await this.#timing.stop();
    const host = browserHost();
    const feed = new RunFeed(this.#storage.writer(key), (body) => post(runId, body), trialsPerEvaluation(prepared.run));
    const from = resume ? await keptPoint(this.#storage, key) : null;
    if (resume && from === null) {
      throw new LabError('checkpoint-mismatch', 'This run has no checkpoint to continue from.', {
        hint: 'Run it again from the start.',
      });
    }
    if (from !== null) feed.continueFrom(from, false);
    await executeRun(prepared.run, host, { feed, verbs: controlOf(runId), from });
    post(runId, { kind: 'finished' });
  }
}
