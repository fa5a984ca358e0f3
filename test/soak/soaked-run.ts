/**
 * One small run into a folder on Node's own GPU, every call to the engine written to a log before it is made.
 *
 * Promises: a checkpoint after every step; the log is in the file the moment a call begins, whatever ends the process.
 */
import { writeSync } from 'node:fs';
import { executeRun } from '../../src/cli/run-experiment';
import { nodeGpu } from '../../src/cli/node-gpu';
import { RunStore } from '../../src/cli/run-store';
import { openEngineSession, type PreparedRun, type SessionFactory } from '../../src/experiment';
import { FakeTerminal } from '../helpers/fake-terminal';
import { prepareTiny } from '../helpers/tiny-run';

/** One letter a call in the log. */
const LETTERS = { trainStep: 't', score: 's', generate: 'g', exportState: 'x', importState: 'i', resetTrainable: 'r' };
export const STEP_LETTER = LETTERS.trainStep;

export function prepareSoaked(): Promise<PreparedRun> {
  return prepareTiny(
    'sampling.seen=4',
    'sampling.withheld=2',
    'train.batchSize=4',
    'train.epochs=2',
    'evaluation.samples=2',
    'evaluation.maxNewTokens=6',
    'checkpoint.everySteps=1',
  );
}

export interface SoakedOptions {
  /** File descriptor of the log. */
  log: number;
  /** Before each call; counts from 1 over all sessions of this process. */
  onCall?: (call: number, device: GPUDevice) => void;
}

/** Runs, or continues what the folder holds. Returns how often the device was replaced. */
export async function runSoaked(folder: string, { log, onCall }: SoakedOptions): Promise<{ devices: number }> {
  const prepared = await prepareSoaked();
  let calls = 0;
  let devices = 0;
  const createSession: SessionFactory = async (run, gpu, ...rest) => {
    devices += 1;
    let device: GPUDevice | null = null;
    const opened = await openEngineSession(
      run,
      watchedGpu(gpu, (found) => (device = found)),
      ...rest,
    );
    for (const [name, letter] of Object.entries(LETTERS)) {
      const session = opened.session as unknown as Record<string, (...values: unknown[]) => unknown>;
      const original = session[name]!.bind(opened.session);
      session[name] = (...values) => {
        writeSync(log, letter);
        onCall?.(++calls, device!);
        return original(...values);
      };
    }
    return opened;
  };
  const store = new RunStore(folder);
  const resumeFrom = await store.resumePoint();
  const host = { gpu: await nodeGpu(), createSession };
  await executeRun(prepared, store, { resumeFrom, quiet: true, terminal: new FakeTerminal(), host });
  return { devices };
}

/** The GPU, telling of every device that it hands out. */
function watchedGpu(gpu: GPU, tell: (device: GPUDevice) => void): GPU {
  const requestAdapter: GPU['requestAdapter'] = async (options) => {
    const adapter = await gpu.requestAdapter(options);
    if (adapter === null) return null;
    const requestDevice = adapter.requestDevice.bind(adapter);
    adapter.requestDevice = async (descriptor) => {
      const device = await requestDevice(descriptor);
      tell(device);
      return device;
    };
    return adapter;
  };
  return new Proxy(gpu, {
    get(target, name) {
      if (name === 'requestAdapter') return requestAdapter;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
