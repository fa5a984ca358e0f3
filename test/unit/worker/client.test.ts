import { describe, expect, it, vi } from 'vitest';
import { LabClient, type Port, type RunListener } from '../../../src/worker/client';
import { oneControl } from '../../../src/worker/run-control';
import type { Request, ResponseBody, RunInputs } from '../../../src/worker/protocol';
import { plausiblePlan as plan } from '../../helpers/run-plan';
import { plausibleRun } from '../../fixtures/run/plausible-run';

const { manifest, trials } = plausibleRun({ pairs: 1, epochs: 1 });
const inputs: RunInputs = {
  spec: manifest.spec,
  model: { name: 'tiny', files: [] },
  ontology: { path: 'a.obo', file: new File([''], 'a.obo') },
  counts: null,
  covariates: [],
};

/** A worker in name only: keeps what it was sent and says what the test tells it to. */
function fakeWorker() {
  const sent: Request[] = [];
  const hear: ((event: { data: unknown }) => void)[] = [];
  const die: ((event: { message?: string }) => void)[] = [];
  let seq = 0;
  const port = {
    postMessage: (message: unknown) => void sent.push(message as Request),
    addEventListener: (type: string, listener: never) => void (type === 'message' ? hear : die).push(listener),
  } as unknown as Port;
  const say = (runId: string, body: ResponseBody | Record<string, unknown>, at = ++seq) =>
    hear.forEach((listener) => listener({ data: { ...body, runId, seq: at } }));
  return { port, sent, say, crash: (message: string) => die.forEach((listener) => listener({ message })) };
}

const counts = { trials: 2, steps: 1, probes: { embeddings: 0, canaries: 4, language: 0 } };

function listener(): RunListener {
  return {
    manifest: vi.fn(),
    progress: vi.fn(),
    facts: vi.fn(),
    steps: vi.fn(),
    trials: vi.fn(),
    summary: vi.fn(),
    adapter: vi.fn(),
    probes: vi.fn(),
    rewind: vi.fn(),
    storageFailed: vi.fn(),
    checkpoint: vi.fn(),
  };
}

async function prepared() {
  const worker = fakeWorker();
  const client = new LabClient(worker.port);
  const preparing = client.prepare(inputs);
  worker.say('job-1', { kind: 'prepared', plan });
  await preparing;
  return { worker, client };
}

describe('the page’s side of the worker', () => {
  it('asks for no model that was stopped before, and stops one that is on its way once', async () => {
    const worker = fakeWorker();
    const { models } = new LabClient(worker.port);
    const request = { reference: 'hf:a/b', hub: '', token: null };
    await expect(models.fetch(request, vi.fn(), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect(worker.sent).toEqual([]);
    const stop = new AbortController();
    void models.fetch(request, vi.fn(), stop.signal);
    stop.abort();
    expect(worker.sent.map(({ kind }) => kind)).toEqual(['fetch-model', 'stop-model']);
  });

  it('numbers its messages and answers with the plan', async () => {
    const { worker, client } = await prepared();
    void client.run('key', listener());
    client.pause();
    client.step();
    expect(worker.sent.map(({ kind, seq }) => [kind, seq])).toEqual([
      ['prepare', 1],
      ['start', 2],
      ['pause', 3],
      ['step', 4],
    ]);
  });

  it('hands records on until the run has finished', async () => {
    const { worker, client } = await prepared();
    const heard = listener();
    const running = client.run('key', heard);
    worker.say('job-1.1', { kind: 'trials', records: trials });
    worker.say('job-1.1', { kind: 'rewind', ...counts, deviceLost: true });
    worker.say('job-1.1', { kind: 'finished' });
    await running;
    expect(heard.trials).toHaveBeenCalledExactlyOnceWith(trials);
    expect(heard.rewind).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(counts), true);
  });

  it('runs again after a cancel, also after one that came too late, without the old words', async () => {
    const { worker, client } = await prepared();
    const controlOf = oneControl();
    const hear = () => {
      for (const { kind, runId } of worker.sent.splice(0)) if (kind === 'cancel') controlOf(runId).cancel();
    };
    for (const late of [false, true]) {
      const running = client.run('key', listener());
      const { runId } = worker.sent.find(({ kind }) => kind === 'start')!;
      expect(worker.sent.at(-1)).toMatchObject({ kind: 'start', prepared: 'job-1' });
      const control = controlOf(runId);
      expect(control.cancelled).toBe(false);
      client.cancel();
      if (!late) hear();
      worker.say(runId, { kind: 'finished' });
      await running;
      hear();
    }
    void client.run('key', listener(), { resume: true });
    expect(controlOf(worker.sent.at(-1)!.runId).cancelled).toBe(false);
  });

  it('drops late words of a replaced job and messages delivered twice', async () => {
    const { worker, client } = await prepared();
    const heard = listener();
    void client.run('key', heard);
    worker.say('job-0', { kind: 'trials', records: trials });
    worker.say('job-1.1', { kind: 'trials', records: trials }, 50);
    worker.say('job-1.1', { kind: 'trials', records: trials }, 50);
    expect(heard.trials).toHaveBeenCalledTimes(1);
  });

  it('turns a failure into the LabError it was, with the control that fixes it', async () => {
    const worker = fakeWorker();
    const preparing = new LabClient(worker.port).prepare(inputs);
    const error = {
      code: 'safetensors-truncated',
      message: 'model.safetensors ends early',
      hint: 'Download it again.',
      control: 'model.path',
    };
    worker.say('job-1', { kind: 'failed', error });
    await expect(preparing).rejects.toMatchObject(error);
  });

  it('lets a newer check replace an older one', async () => {
    const worker = fakeWorker();
    const client = new LabClient(worker.port);
    const first = client.prepare(inputs);
    const second = client.prepare(inputs);
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    worker.say('job-1', { kind: 'failed', error: { code: 'internal', message: 'late', hint: 'none' } });
    worker.say('job-2', { kind: 'prepared', plan });
    await expect(second).resolves.toEqual(plan);
  });

  it('gives a check up on abort, and cancels a run on abort', async () => {
    const worker = fakeWorker();
    const client = new LabClient(worker.port);
    const check = new AbortController();
    const preparing = client.prepare(inputs, check.signal);
    check.abort();
    await expect(preparing).rejects.toMatchObject({ code: 'cancelled' });

    const { worker: other, client: running } = await prepared();
    const stop = new AbortController();
    void running.run('key', listener(), { signal: stop.signal });
    stop.abort();
    expect(other.sent.at(-1)).toMatchObject({ kind: 'cancel', runId: 'job-1.1' });
  });

  it('reports a dead worker and a message that does not fit', async () => {
    const { worker, client } = await prepared();
    const running = client.run('key', listener());
    worker.crash('out of memory');
    await expect(running).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('out of memory'),
    });

    const { worker: odd, client: other } = await prepared();
    const hearing = other.run('key', listener());
    odd.say('job-1', { kind: 'poem' });
    await expect(hearing).rejects.toMatchObject({ message: expect.stringContaining('protocol') });
  });

  it('has nothing to run before something is prepared', async () => {
    await expect(new LabClient(fakeWorker().port).run('key', listener())).rejects.toMatchObject({ code: 'usage' });
  });
});
