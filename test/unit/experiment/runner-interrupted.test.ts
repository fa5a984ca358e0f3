/** Pausing, cancelling, continuing in another process: no record may show it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint, type PreparedRun } from '../../../src/experiment';
import { parseSteps, parseTrials } from '../../../src/records';
import { bitsOf, resumePointOf, runOnFake, type RunLog } from '../../helpers/run-harness';
import { prepareTiny } from '../../helpers/tiny-run';

let prepared: PreparedRun;
let whole: RunLog;
beforeAll(async () => {
  prepared = await prepareTiny('sampling.seen=2', 'sampling.withheld=1', 'train.batchSize=4', 'evaluation.samples=2');
  whole = await runOnFake(prepared);
});

describe('a paused run', () => {
  it('stands still with a checkpoint until it is resumed, and records what an unpaused run records', async () => {
    for (let pauseAt = 2; pauseAt <= whole.calls; pauseAt += 3) {
      let calls = 0;
      let callsWhilePaused = -1;
      const log = await runOnFake(prepared, {
        onCall(call, runner) {
          calls = call;
          if (call === pauseAt) runner.pause();
        },
        async onEvent(event, { runner }) {
          if (event.kind !== 'progress' || event.progress.state !== 'paused') return;
          const before = calls;
          await new Promise((resolve) => setTimeout(resolve, 2));
          callsWhilePaused = calls - before;
          runner.resume();
        },
      });
      const states = log.manifests.map(({ state }) => state);
      if (states.includes('paused')) {
        expect(callsWhilePaused).toBe(0);
        expect(log.checkpoints.length).toBeGreaterThan(whole.checkpoints.length);
      }
      expect(states.at(-1)).toBe('done');
      expect(bitsOf(log)).toEqual(bitsOf(whole));
    }
  });

  it('does not count the pause as work', async () => {
    const log = await runOnFake(prepared, {
      onCall: (call, runner) => call === 9 && runner.pause(),
      onEvent(event, { runner }) {
        if (event.kind === 'progress' && event.progress.state === 'paused') runner.resume();
      },
    });
    expect(log.manifests.map(({ state }) => state)).toContain('paused');
    expect(log.manifests.at(-1)!.elapsedMs).toBeLessThanOrEqual(whole.manifests.at(-1)!.elapsedMs + 50);
  });

  it('pauses before its first work when it was asked to before the start', async () => {
    const held: number[] = [];
    const log = await runOnFake(prepared, {
      onStart: (runner) => runner.pause(),
      onEvent(event, { runner, trials }) {
        if (event.kind !== 'progress' || event.progress.state !== 'paused') return;
        held.push(trials.length);
        runner.resume();
      },
    });
    expect(held).toEqual([0]);
    expect(bitsOf(log)).toEqual(bitsOf(whole));
  });

  it('does exactly one step, or one chunk of an evaluation, at a time', async () => {
    const work: number[] = [];
    let units = 0;
    const log = await runOnFake(prepared, {
      onStart: (runner) => runner.pause(),
      onCall(_call, _runner, kind) {
        if (kind === 'train' || kind === 'score') units += 1;
      },
      onEvent(event, { runner }) {
        if (event.kind !== 'progress' || event.progress.state !== 'paused') return;
        work.push(units);
        units = 0;
        runner.step();
      },
    });
    // Every direction: three evaluations of two chunks each (one a template), and the steps; each pause after one of them.
    const chunks = prepared.directions.length * 3 * 2;
    expect(work).toEqual([0, ...Array.from({ length: prepared.plannedSteps + chunks }, () => 1)]);
    expect(log.runner.state).toBe('done');
    expect(bitsOf(log)).toEqual(bitsOf(whole));
  });

  it('can be cancelled', async () => {
    const log = await runOnFake(prepared, {
      onCall: (call, runner) => call === 9 && runner.pause(),
      onEvent(event, { runner }) {
        if (event.kind === 'progress' && event.progress.state === 'paused') runner.cancel();
      },
    });
    expect(log.runner.state).toBe('cancelled');
    expect(log.manifests.at(-1)!.state).toBe('cancelled');
  });
});

describe('a cancelled run', () => {
  it('leaves a valid partial record, from which a new process continues bit for bit', async () => {
    for (let cancelAt = 2; cancelAt <= whole.calls; cancelAt += 4) {
      const log = await runOnFake(prepared, { onCall: (call, runner) => call === cancelAt && runner.cancel() });
      if (log.runner.state === 'done') continue;
      expect(log.error).toBeNull();
      expect(log.manifests.at(-1)!.state).toBe('cancelled');
      expect(log.summary!.state).toBe('cancelled');
      expect(log.session.destroyed).toBe(true);
      const { trials, steps } = bitsOf(log);
      expect(bitsOf(whole).trials.startsWith(trials)).toBe(true);
      expect(bitsOf(whole).steps.startsWith(steps)).toBe(true);

      const point = resumePointOf(log);
      expect(point.trials).toEqual(log.trials);
      const continued = await runOnFake(prepared, { resumeFrom: point });
      expect(continued.error).toBeNull();
      expect(bitsOf(continued).trials).toBe(bitsOf(whole).trials);
      expect(bitsOf(continued).steps).toBe(bitsOf(whole).steps);
      expect(continued.summary).toEqual(whole.summary);
      expect(bitsOf(continued).adapters.at(-1)).toEqual(bitsOf(whole).adapters.at(-1));
    }
  });

  it('does not write anything when it is cancelled before the model is there', async () => {
    const { Runner } = await import('../../../src/experiment');
    const runner = new Runner(prepared, {
      gpu: {} as GPU,
      clock: { nowMs: () => 0 },
      hostName: 'a test',
      createSession: (_prepared, _gpu, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
          runner.cancel();
        }),
    });
    const kinds = [];
    for await (const event of runner.run()) kinds.push(event.kind);
    expect(kinds.filter((kind) => kind !== 'progress')).toEqual([]);
    expect(runner.state).toBe('cancelled');
  });

  it('stops when its reader leaves', async () => {
    const log = await runOnFake(prepared, { onEvent: (event) => event.kind === 'steps' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(log.session.destroyed).toBe(true);
    expect(log.runner.state).toBe('cancelled');
  });
});

describe('a run continued from a checkpoint', () => {
  it('reaches the same bytes from every checkpoint, through files, wherever it lies', async () => {
    // A slow clock: a checkpoint is due at every safe point, within epochs and within evaluations.
    const slow = await runOnFake(prepared, { tickMs: 61_000 });
    expect(bitsOf(slow)).toEqual(bitsOf(whole));
    expect(slow.checkpoints.length).toBeGreaterThan(20);
    expect(slow.checkpoints.some(({ state }) => state.step % prepared.directions[0]!.stepsPerEpoch > 0)).toBe(true);
    for (const checkpoint of slow.checkpoints) {
      const { trials, steps } = bitsOf(slow);
      const lines = (text: string, count: number) => text.split('\n').slice(0, count).join('\n');
      const continued = await runOnFake(prepared, {
        resumeFrom: {
          checkpoint: decodeCheckpoint(encodeCheckpoint(checkpoint), 'checkpoint.bin'),
          trials: parseTrials(lines(trials, checkpoint.trialLines)),
          steps: parseSteps(lines(steps, checkpoint.stepLines)),
          manifest: slow.manifests.at(-1)!,
        },
      });
      expect(continued.error).toBeNull();
      expect(bitsOf(continued).trials).toBe(trials);
      expect(bitsOf(continued).steps).toBe(steps);
    }
  });

  it('keeps the start and adds up the time', async () => {
    const cancelled = await runOnFake(prepared, { onCall: (call, runner) => call === 20 && runner.cancel() });
    const continued = await runOnFake(prepared, { resumeFrom: resumePointOf(cancelled) });
    const [before, after] = [cancelled.manifests.at(-1)!, continued.manifests.at(-1)!];
    expect(after.startedAtMs).toBe(before.startedAtMs);
    expect(after.elapsedMs).toBeGreaterThan(before.elapsedMs);
  });

  it('starts with the share of work that is done', async () => {
    const cancelled = await runOnFake(prepared, {
      onCall: (call, runner) => call === whole.calls - 12 && runner.cancel(),
    });
    const continued = await runOnFake(prepared, { resumeFrom: resumePointOf(cancelled) });
    expect(continued.progress[0]!.progress.fraction).toBeGreaterThan(0.5);
  });

  describe('is refused', () => {
    const resumeWith = async (change: (point: ReturnType<typeof resumePointOf>) => void, device?: string) => {
      const point = resumePointOf(whole, structuredClone(whole.checkpoints[1]!));
      change(point);
      return (await runOnFake(prepared, { resumeFrom: point, ...(device ? { device } : {}) })).error;
    };

    it('for another experiment', async () => {
      const error = await resumeWith((point) => (point.checkpoint.runId = 'another'));
      expect(error).toMatchObject({
        code: 'checkpoint-mismatch',
        message: expect.stringContaining('another experiment'),
      });
    });

    it('for records that are shorter than the checkpoint says', async () => {
      const error = await resumeWith((point) => point.trials.pop());
      expect(error).toMatchObject({ code: 'checkpoint-mismatch', message: expect.stringContaining('trials') });
    });

    it('for a position that its optimiser does not agree with', async () => {
      const error = await resumeWith((point) => (point.checkpoint.state.step += 1));
      expect(error).toMatchObject({ code: 'checkpoint-mismatch' });
    });

    it('on another device', async () => {
      const error = await resumeWith(() => {}, 'another table');
      expect(error).toMatchObject({ code: 'checkpoint-mismatch', message: expect.stringContaining('another table') });
    });

    it('with other kernels', async () => {
      const error = await resumeWith(
        (point) => (point.manifest = { ...point.manifest!, kernels: { linear: 'tiled' } }),
      );
      expect(error).toMatchObject({ code: 'checkpoint-mismatch', message: expect.stringContaining('kernel') });
    });
  });
});

describe('checkpoints', () => {
  it('come at least every minute while a long epoch lasts', async () => {
    const log = await runOnFake(prepared, { tickMs: 20_000 });
    expect(log.checkpoints.length).toBeGreaterThan(whole.checkpoints.length + 4);
  });
});
