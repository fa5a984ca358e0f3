/** A whole run on the real engine: the same bytes twice, through pauses, and from checkpoints in a new session. */
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint, type PreparedRun } from '../../src/experiment';
import { bitsOf, runOnEngine, type Log } from '../helpers/engine-run';
import { prepareTiny } from '../helpers/tiny-run';

describe.each([
  ['LoRA', []],
  ['all weights', ['adapter.kind=full', 'optimizer.learningRate=0.005']],
])('a run that trains %s', (_, sets) => {
  let prepared: PreparedRun;
  let first: Log;
  beforeAll(async () => {
    prepared = await prepareTiny('sampling.seen=5', 'sampling.withheld=3', 'directions=["term-to-id"]', ...sets);
    first = await runOnEngine(prepared);
  });

  it('learns, and records every fact at every evaluation', () => {
    expect(first.manifest.state).toBe('done');
    expect(first.trials).toHaveLength(3 * 2 * 8);
    const loss = first.steps.map((step) => step.loss);
    expect(loss).toHaveLength(6);
    expect(Math.max(...loss.slice(-2))).toBeLessThan(loss[0]!);
    expect(first.manifest.memory.plannedBytes).toBe(prepared.memory.totalBytes);
    const { plannedBytes, ...parts } = first.manifest.memory;
    expect(Object.values(parts).reduce((sum, bytes) => sum + bytes, 0)).toBe(plannedBytes);
    // The plan is a promise: what is really held never exceeds it, but for the read-back buffers.
    expect(first.peakBytes).toBeGreaterThan(prepared.memory.weightsBytes);
    expect(first.peakBytes).toBeLessThanOrEqual(prepared.memory.totalBytes * 1.02);
  });

  it('gives the same bytes again', async () => {
    expect(bitsOf(await runOnEngine(prepared))).toEqual(bitsOf(first));
  });

  it('gives the same bytes when it is paused at every step and resumed', async () => {
    let pauses = 0;
    const paused = await runOnEngine(prepared, {
      onEvent(event, runner) {
        if (event.kind === 'steps' || event.kind === 'trials') runner.pause();
        if (event.kind === 'progress' && event.progress.state === 'paused') {
          pauses += 1;
          runner.resume();
        }
      },
    });
    expect(pauses).toBeGreaterThan(4);
    expect(bitsOf(paused)).toEqual(bitsOf(first));
  });

  it('gives the same bytes from every checkpoint in a new session', async () => {
    // The clock jumps a minute at every look: a checkpoint comes at every safe point.
    const slow = await runOnEngine(prepared, { clockStepMs: 60_001 });
    expect(bitsOf(slow)).toEqual(bitsOf(first));
    const within = slow.checkpoints.filter(({ state }) => state.step % prepared.directions[0]!.stepsPerEpoch > 0);
    expect(within.length).toBeGreaterThan(0);
    const chosen = [slow.checkpoints[0]!, within.at(-1)!, slow.checkpoints.at(-1)!];
    for (const checkpoint of chosen) {
      const resumed = await runOnEngine(prepared, {
        resumeFrom: {
          checkpoint: decodeCheckpoint(encodeCheckpoint(checkpoint), 'checkpoint.bin'),
          trials: slow.trials.slice(0, checkpoint.trialLines),
          steps: slow.steps.slice(0, checkpoint.stepLines),
          manifest: slow.manifest,
        },
      });
      expect(bitsOf(resumed)).toEqual(bitsOf(first));
    }
  });
});
