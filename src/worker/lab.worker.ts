/**
 * The lab worker: parsing, engine and statistics run here, off the page's thread. A thin dispatcher.
 *
 * Promises: every request is answered by `prepared`, `finished` or `failed`; a lost device is replaced and the run
 * continues from its last checkpoint. Must not know: the DOM, how records look.
 */
import { LabError, toLabError } from '../core/errors';
import { firstProbeRecords, LostDevices, prepareRun, Runner, type PreparedRun, type ResumePoint } from '../experiment';
import { hostName } from '../platform/capability';
import { folderOf } from '../platform/folder';
import { RunStorage } from '../platform/storage';
import { BundleDesk } from './bundle-desk';
import { DataDesk } from './data-desk';
import { describePlan, trialsPerEvaluation } from './describe-plan';
import type { ReadProgress } from './data-protocol';
import { parseRequest, type Request, type ResponseBody } from './protocol';
import { RunControl } from './run-control';
import { probeRecordsOf, RunFeed, type Records } from './run-feed';

interface WorkerPort {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}

const PROGRESS_INTERVAL_MS = 100;

const port = globalThis as unknown as WorkerPort;
const storage = new RunStorage<Records>();
const desk = new DataDesk();
const bundles = new BundleDesk(storage);
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
  const { spec, model, ontology, counts, covariates } = inputs;
  const folder = folderOf({ name: model.name, files: model.files as { path: string; file: File }[] });
  const run = await prepareRun(
    {
      spec,
      model: folder,
      ontology: desk.file(ontology, 'ontology.path'),
      counts: counts && desk.file(counts, 'ontology.counts.path'),
      covariates: covariates.map((file) => desk.file(file, 'ontology.covariates')),
      rehearsal: inputs.rehearsal ? desk.file(inputs.rehearsal, 'retention.rehearsal.path') : null,
      probes: {
        canaries: inputs.probes?.canaries ? desk.file(inputs.probes.canaries, 'evaluation.probes.canaries.path') : null,
        languageLoss: inputs.probes?.languageLoss
          ? desk.file(inputs.probes.languageLoss, 'evaluation.probes.languageLoss.path')
          : null,
      },
    },
    desk.sources,
  );
  prepared = { runId, run };
  post(runId, { kind: 'prepared', plan: describePlan(run) });
}

async function keptPoint(key: string): Promise<ResumePoint> {
  const [records, checkpoint] = await Promise.all([storage.load(key), storage.checkpoint(key)]);
  if (records === null || checkpoint === null) {
    throw new LabError('checkpoint-mismatch', 'This run has no checkpoint to continue from.', {
      hint: 'Run it again from the start.',
    });
  }
  return {
    checkpoint,
    trials: records.trials.slice(0, checkpoint.trialLines),
    steps: records.steps.slice(0, checkpoint.stepLines),
    probes: firstProbeRecords(probeRecordsOf(records.probes), checkpoint.probeLines),
    manifest: records.manifest,
  };
}

async function start({ runId, key, resume }: Extract<Request, { kind: 'start' }>): Promise<void> {
  if (prepared?.runId !== runId) {
    throw new LabError('usage', 'These inputs are no longer prepared.', { hint: 'Press Run again.' });
  }
  if (!('gpu' in navigator) || navigator.gpu === undefined) {
    throw new LabError('webgpu-missing', 'This browser offers no WebGPU to workers.', {
      hint: 'See “This device” for the steps that turn it on.',
      control: 'device',
    });
  }
  const feed = new RunFeed(storage.writer(key), (body) => post(runId, body), trialsPerEvaluation(prepared.run));
  const verbs = controlOf(runId);
  let from = resume ? await keptPoint(key) : null;
  if (from !== null) feed.continueFrom(from, false);
  const losses = new LostDevices();
  for (;;) {
    const host = { gpu: navigator.gpu, clock: { nowMs: () => Date.now() }, hostName: hostName(navigator.userAgent) };
    const current = new Runner(prepared.run, host);
    verbs.attach(current);
    try {
      for await (const event of current.run(from === null ? {} : { resumeFrom: from })) await feed.take(event);
      break;
    } catch (thrown) {
      const next = feed.resumePoint;
      await losses.survive(thrown, next?.checkpoint !== from?.checkpoint);
      from = next;
      feed.continueFrom(from, true);
    } finally {
      await feed.settled();
    }
  }
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
