/**
 * The lab worker: parsing, engine and statistics run here, off the page's thread. A thin dispatcher: what a request needs is
 * fetched when the first of its kind comes.
 *
 * Promises: every request is answered by its own answer, `finished` or `failed`; requests of one kind are taken up in order.
 * Must not know: the DOM, how records look, what the desks are made of.
 */
import { toLabError } from '../core/errors';
import { RunStorage } from '../platform/storage';
import { identify } from './identify';
import type { Records } from './kept-records';
import { loadedOnce } from './loaded-once';
import type { ModelProgress } from './model-protocol';
import { parseRequest, type Request, type ResponseBody } from './protocol';
import { oneControl } from './run-control';
import { throttled } from './throttled';

interface WorkerPort {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}

const port = globalThis as unknown as WorkerPort;
let seq = 0;
const controlOf = oneControl();

function post(runId: string, body: ResponseBody): void {
  port.postMessage({ ...body, runId, seq: ++seq });
}

const bundles = loadedOnce(async () => new (await import('./bundle-desk')).BundleDesk(new RunStorage<Records>()));
const models = loadedOnce(async () => {
  const [{ ModelDesk }, { browserPieces }] = await Promise.all([
    import('./model-desk'),
    import('../platform/model-pieces'),
  ]);
  return new ModelDesk(browserPieces);
});
const devices = loadedOnce(async () => new (await import('./device-desk')).DeviceDesk());
const analyses = loadedOnce(async () => new (await import('./analysis-desk')).AnalysisDesk());
const workbench = loadedOnce(async () => new (await import('./workbench')).Workbench({ post, controlOf }));

async function dispatch(request: Request): Promise<void> {
  const { runId } = request;
  switch (request.kind) {
    case 'pause':
    case 'step':
    case 'resume':
    case 'cancel':
      return controlOf(runId)[request.kind]();
    case 'identify':
      return post(runId, { kind: 'identified', sha256: await identify(request.file) });
    case 'open-bundle':
      return (await bundles()).open(request.file, (body) => post(runId, body));
    case 'keep-bundle':
      await (await bundles()).keep(request.file, request.key);
      return post(runId, { kind: 'kept' });
    case 'hand':
      return (await bundles()).hand(runId, request.part);
    case 'encode':
      return post(runId, { kind: 'encoded', file: (await bundles()).encode(runId, request.path, request.pairs) });
    case 'pack-kept':
      return post(runId, { kind: 'encoded', file: await (await bundles()).packKept(request.key) });
    case 'fetch-model': {
      const tell = throttled((progress: ModelProgress) => post(runId, { kind: 'model-progress', progress }));
      return post(runId, { kind: 'model-here', model: await (await models()).fetch(runId, request.request, tell) });
    }
    case 'stop-model':
      return (await models()).stop(runId);
    case 'open-model':
      return post(runId, { kind: 'model-here', model: await (await models()).open(request.key) });
    case 'list-models':
      return post(runId, { kind: 'models-listed', stored: await (await models()).list() });
    case 'delete-model': {
      const desk = await models();
      await desk.remove(request.key);
      return post(runId, { kind: 'models-listed', stored: await desk.list() });
    }
    case 'check-device':
      return (await devices()).check(runId, (body) => post(runId, body));
    case 'stop-device-check':
      return (await devices()).stop(runId);
    case 'hold-records':
      return (await analyses()).hold(request.key, request);
    case 'hand-records':
      return (await analyses()).hand(request.key, request.part);
    case 'drop-records':
      return (await analyses()).drop(request.key);
    case 'analyse': {
      const desk = await analyses();
      return post(runId, { kind: 'analysed', ...(await desk.analyse(request.keys, request.name, request.args)) });
    }
    default:
      return (await workbench()).answer(request);
  }
}

port.addEventListener('message', ({ data }) => {
  const runId = String((data as { runId?: unknown } | null)?.runId ?? 'unknown');
  Promise.resolve()
    .then(() => dispatch(parseRequest(data)))
    .catch((thrown: unknown) => post(runId, { kind: 'failed', error: toLabError(thrown).serialize() }));
});
