/**
 * `npm run study:loading`: how much memory a model takes on its way from a hub to the GPU. A model of SmolLM2-135M's shape
 * with random bf16 weights is fetched from a server in another process that breaks the connection twice, kept in a cache,
 * and loaded with its base in f16. Until it is loaded the peak of this process's memory must rise by no more than 1.5
 * times the file: on a software adapter GPU buffers are this process's memory, so 1.0 of that is the model itself. What the
 * driver takes to compile the first question's kernels is told apart.
 *
 * Runs on Linux, with the driver that VK_DRIVER_FILES names. LAYERS=2 takes a smaller model, to try
 * things out: the limit is not held against it, for fixed costs are the larger part of it.
 */
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nodeGpu } from '../../src/cli/node-gpu';
import { PieceFolders } from '../../src/cli/piece-folders';
import { readModelReference } from '../../src/core/model-reference';
import { acquireDevice, createSession } from '../../src/engine';
import { createWeb, ModelCache, openModel } from '../../src/models';
import { memoryBytes, resetPeak } from '../helpers/process-memory';

const say = (text: string) => void process.stdout.write(`${text}\n`);
const LIMIT = 1.5;
const MB = 1e6;
const WHOLE = '30';
const layers = process.env.LAYERS ?? WHOLE;

const folder = await mkdtemp(path.join(tmpdir(), 'ontoscope-loading-'));
const cuts = [60 * MB, 100 * MB].map((bytes) => Math.round((bytes * Number(layers)) / 30));
const server = fork(
  'bench/run.js',
  ['test/loading/serve.ts', path.join(folder, 'origin'), layers, JSON.stringify(cuts)],
  {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  },
);
try {
  await measure(await addressOf());
} finally {
  server.disconnect();
  await rm(folder, { recursive: true, force: true });
}
process.exit(process.exitCode ?? 0);

function addressOf(): Promise<string> {
  return new Promise((resolve, reject) => {
    server.stdout!.once('data', (chunk: Buffer) => resolve((JSON.parse(chunk.toString()) as { hub: string }).hub));
    server.once('exit', () => reject(new Error('the server ended')));
  });
}

async function measure(hub: string): Promise<void> {
  const device = await acquireDevice(await nodeGpu());
  const cache = new ModelCache(new PieceFolders(path.join(folder, 'cache')), { nowMs: () => Date.now() });
  const before = memoryBytes('VmRSS');
  resetPeak();
  const startedMs = performance.now();
  const key = await cache.fetch(readModelReference('hf:random/model')!, createWeb({ hub }));
  const fetched = { peak: memoryBytes('VmHWM'), ms: performance.now() - startedMs };
  const model = await openModel(await cache.open(key));
  const fileBytes = model.files.at(-1)!.bytes;
  const shape = { rowTokens: 64, supervised: 64, precision: { precision: 'f16', doubleQuantisation: false } } as const;
  const session = await createSession(device, model.config, model.weightSource(), { kind: 'none' }, shape);
  const loaded = { peak: memoryBytes('VmHWM'), ms: performance.now() - startedMs - fetched.ms };
  const logits = await session.logits(Uint32Array.of(1, 2, 3));
  const ranges = await new Promise<string[]>((resolve) => {
    server.once('message', (message) => resolve(message as string[]));
    server.send('ranges');
  });
  const large = ranges.filter((range) => range.endsWith(`-${fileBytes - 1}`));
  const rise = (bytes: number) =>
    `${((bytes - before) / MB).toFixed(1)} MB, ${((bytes - before) / fileBytes).toFixed(3)} × the file`;
  say(`file              ${(fileBytes / MB).toFixed(1)} MB, ${model.parameters.toLocaleString('en-US')} parameters`);
  say(`requests          ${large.join(', ')}`);
  say(
    `GPU               ${(session.memory.totalBytes / MB).toFixed(1)} MB planned, weights ${(session.memory.weightsBytes / MB).toFixed(1)} MB`,
  );
  say(`rise of the peak  ${rise(fetched.peak)} once fetched (${(fetched.ms / 1000).toFixed(1)} s)`);
  say(`                  ${rise(loaded.peak)} once loaded (${(loaded.ms / 1000).toFixed(1)} s)`);
  say(`                  ${rise(memoryBytes('VmHWM'))} once asked`);
  const answered = logits.every(Number.isFinite) && logits.some((value) => value !== 0);
  const within = layers !== WHOLE || loaded.peak - before <= LIMIT * fileBytes;
  const sound = answered && large.length === 3 && within;
  if (layers === WHOLE) say(within ? `loaded within ${LIMIT} × the file` : `NOT loaded within ${LIMIT} × the file`);
  if (!sound) say('not as it should be: see above');
  if (!sound) process.exitCode = 1;
  session.destroy();
  device.destroy();
}
