/**
 * The lab worker: parsing, engine and statistics run here, off the page's thread. A thin dispatcher.
 *
 * Promises: every request is answered by its own answer, `finished` or `failed`. Must not know: the DOM, how records look.
 */
import { LabError, toLabError } from '../core/errors';
import { listStudy, prepareRun, type PreparedRun } from '../experiment';
import { withLock } from '../platform/lock';
import { browserPieces } from '../platform/model-pieces';
import { PRETRAINING_DATABASE, RunStorage } from '../platform/storage';
import { StudyStorage } from '../platform/study-storage';
import { AnalysisDesk } from './analysis-desk';
import { BundleDesk } from './bundle-desk';
import { DataDesk } from './data-desk';
import { describePlan, trialsPerEvaluation } from './describe-plan';
import type { ReadProgress } from './data-protocol';
import type { ModelProgress } from './model-protocol';
import { browserHost, executeRun, keptPoint } from './execute-run';
import { ModelDesk } from './model-desk';
import { openInputs } from './open-inputs';
import { parseRequest, type Request, type ResponseBody } from './protocol';

import { RunControl } from './run-control';
import { RunFeed, type Records } from './run-feed';
import { PretrainDesk } from './pretrain-desk';
import { StudyDesk } from './study-desk';
import { refuseWorlds } from './study-files';
import { WorldDesk } from './world-desk';

interface WorkerPort {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}

const PROGRESS_INTERVAL_MS = 100;

const port = globalThis as unknown as WorkerPort;
const storage = new RunStorage<Records>();
const desk = new DataDesk();
const bundles = new BundleDesk(storage);
const studies = new StudyDesk({
  runs: storage,
  studies: new StudyStorage(),
  prepare: (inputs) => prepareRun(openInputs(desk, inputs), desk.sources),
  runnerHost: browserHost,
  withLock,
});
const worlds = new WorldDesk((file, at) => desk.file(file, at));
const pretraining = new PretrainDesk({
  storage: new RunStorage(PRETRAINING_DATABASE),
  worlds,
  pretrainHost: browserHost,
  withLock,
});
const analyses = new AnalysisDesk();
const models = new ModelDesk(browserPieces);
let seq = 0;
let prepared: { runId: string; run: PreparedRun } | null = null;
let control = new RunControl('');

/** The verbs for one job; a new job begins with none said. */
function controlOf(runId: string): RunControl {
  if (control.runId !== runId) control = new RunControl(runId);
  return control;
}

function post(runId: string, body: ResponseBody): void {
  port.postMessage({ ...body, runId, seq: ++seq });
}

async function prepare({ runId, inputs }: Extract<Request, { kind: 'prepare' }>): Promise<void> {
  const run = await prepareRun(openInputs(desk, inputs), desk.sources);
  prepared = { runId, run };
  post(runId, { kind: 'prepared', plan: describePlan(run) });
}

async function start({ runId, key, resume }: Extract<Request, { kind: 'start' }>): Promise<void> {
  if (prepared?.runId !== runId) {
    throw new LabError('usage', 'These inputs are no longer prepared.', { hint: 'Press Run again.' });
  }
  const host = browserHost();
  const feed = new RunFeed(storage.writer(key), (body) => post(runId, body), trialsPerEvaluation(prepared.run));
  const from = resume ? await keptPoint(storage, key) : null;
  if (resume && from === null) {
    throw new LabError('checkpoint-mismatch', 'This run has no checkpoint to continue from.', {
      hint: 'Run it again from the start.',
    });
  }
  if (from !== null) feed.continueFrom(from, false);
  await executeRun(prepared.run, host, { feed, verbs: controlOf(runId), from });
  post(runId, { kind: 'finished' });
}

/** Progress is for the eye: a few times a second will do. */
function throttled<T>(report: (value: T) => void): (value: T) => void {
  let lastMs = -Infinity;
  return (value) => {
    const nowMs = performance.now();
    if (nowMs - lastMs < PROGRESS_INTERVAL_MS) return;
    lastMs = nowMs;
    report(value);
  };
}

async function dispatch(request: Request): Promise<void> {
  switch (request.kind) {
    case 'prepare':
      return prepare(request);
    case 'start':
      return start(request);
    case 'pause':
    case 'step':
    case 'resume':
    case 'cancel':
      return controlOf(request.runId)[request.kind]();
    case 'survey': {
      const onProgress = throttled((progress: ReadProgress) => post(request.runId, { kind: 'reading', progress }));
      const survey = await desk.survey(request.file, request.options, onProgress);
      return post(request.runId, { kind: 'surveyed', survey });
    }
    case 'terms':
      return post(request.runId, { kind: 'found', page: desk.terms(request.query) });
    case 'draw':
      return post(request.runId, { kind: 'drawn', draw: await desk.draw(request.inputs) });
    case 'questions':
      return post(request.runId, {
        kind: 'asked',
        questions: desk.questions(prepared?.run ?? null, request.query),
      });
    case 'open-bundle':
      return bundles.open(request.file, (body) => post(request.runId, body));
    case 'keep-bundle':
      await bundles.keep(request.file, request.key);
      return post(request.runId, { kind: 'kept' });
    case 'identify':
      return post(request.runId, { kind: 'identified', sha256: await desk.hash(request.file) });
    case 'hand':
      return bundles.hand(request.runId, request.part);
    case 'encode':
      return post(request.runId, { kind: 'encoded', file: bundles.encode(request.runId, request.path, request.pairs) });
    case 'pack-kept':
      return post(request.runId, { kind: 'encoded', file: await bundles.packKept(request.key) });
    case 'list-study': {
      const state = listStudy(request.study, request.name);
      refuseWorlds(state.study, request.name);
      return post(request.runId, { kind: 'study-state', state });
    }
    case 'plan-study':
      return studies.plan(request, (body) => post(request.runId, body));
    case 'run-study':
      await studies.run(request, controlOf(request.runId), (body) => post(request.runId, body));
      return post(request.runId, { kind: 'finished' });
    case 'pool-study':
      return post(request.runId, { kind: 'study-pooled', ...(await studies.pool(request.key)) });
    case 'study-file':
      return post(request.runId, { kind: 'encoded', file: await studies.file(request.key, request.path) });
    case 'look-at-world':
      return worlds.look(request, (body) => post(request.runId, body));
    case 'make-world':
      return post(request.runId, { kind: 'encoded', file: await worlds.pack(request.inputs) });
    case 'plan-pretraining':
      return post(request.runId, { kind: 'pretraining-planned', plan: await pretraining.plan(request) });
    case 'run-pretraining':
      await pretraining.run(request, controlOf(request.runId), (body) => post(request.runId, body));
      return post(request.runId, { kind: 'finished' });
    case 'continue-pretraining':
      await pretraining.continue(request, controlOf(request.runId), (body) => post(request.runId, body));
      return post(request.runId, { kind: 'finished' });
    case 'pack-pretraining':
      return post(request.runId, { kind: 'encoded', file: pretraining.pack(request) });
    case 'fetch-model': {
      const tell = throttled((progress: ModelProgress) => post(request.runId, { kind: 'model-progress', progress }));
      return post(request.runId, {
        kind: 'model-here',
        model: await models.fetch(request.runId, request.request, tell),
      });
    }
    case 'stop-model':
      return models.stop(request.runId);
    case 'open-model':
      return post(request.runId, { kind: 'model-here', model: await models.open(request.key) });
    case 'list-models':
      return post(request.runId, { kind: 'models-listed', stored: await models.list() });
    case 'delete-model':
      await models.remove(request.key);
      return post(request.runId, { kind: 'models-listed', stored: await models.list() });
    case 'hand-records':
      return analyses.hand(request.key, request.part);
    case 'drop-records':
      return analyses.drop(request.key);
    case 'analyse': {
      const result = await analyses.analyse(request.keys, request.name, request.args);
      return post(request.runId, { kind: 'analysed', result });
    }
    case 'pair-texts':
      return post(request.runId, { kind: 'texts-found', texts: await desk.pairTexts(request) });
  }
}

port.addEventListener('message', ({ data }) => {
  const runId = String((data as { runId?: unknown } | null)?.runId ?? 'unknown');
  Promise.resolve()
    .then(() => dispatch(parseRequest(data)))
    .catch((thrown: unknown) => post(runId, { kind: 'failed', error: toLabError(thrown).serialize() }));
});
