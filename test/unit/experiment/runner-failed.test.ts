/** Runs that go wrong: what is said, what is kept. */
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { Runner } from '../../../src/experiment';
import { FakeSession, openedFake } from '../../helpers/fake-session';
import { runOnFake } from '../../helpers/run-harness';
import { prepareTiny } from '../../helpers/tiny-run';

describe('a loss that is not a number', () => {
  it('stops the run at its step, naming it, and keeps the last good checkpoint and every record before it', async () => {
    const prepared = await prepareTiny();
    const log = await runOnFake(prepared, { poisonStep: 7 });
    expect(log.error).toMatchObject({
      code: 'loss-not-finite',
      message: expect.stringMatching(/step 7.*term→id/),
      control: 'optimizer.learningRate',
    });
    expect(log.runner.state).toBe('failed');
    expect(log.session.destroyed).toBe(true);
    expect(log.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(log.checkpoints.at(-1)).toMatchObject({
      directionIndex: 0,
      state: { step: prepared.directions[0]!.stepsPerEpoch },
    });
    expect(log.manifests.at(-1)).toMatchObject({ state: 'failed', error: { code: 'loss-not-finite' } });
    expect(log.summary).toMatchObject({ state: 'failed', epochs: 1 });
  });

  it('is found before a pause writes a checkpoint of it', async () => {
    const prepared = await prepareTiny();
    const log = await runOnFake(prepared, {
      poisonStep: 2,
      onCall: (_call, runner, kind) => kind === 'train' && runner.pause(),
      onEvent(event, { runner }) {
        if (event.kind === 'progress' && event.progress.state === 'paused') runner.resume();
      },
    });
    expect(log.error?.code).toBe('loss-not-finite');
    expect(log.checkpoints.every(({ state }) => state.step < 2)).toBe(true);
  });
});

describe('an engine that fails', () => {
  it('before the first manifest leaves nothing but its error', async () => {
    const prepared = await prepareTiny();
    const runner = new Runner(prepared, {
      gpu: {} as GPU,
      clock: { nowMs: () => 0 },
      hostName: 'a test',
      createSession: () =>
        Promise.reject(new LabError('device-limit', 'Too large.', { hint: 'Choose a smaller model.' })),
    });
    const kinds: string[] = [];
    const reading = (async () => {
      for await (const event of runner.run()) kinds.push(event.kind);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'device-limit' });
    expect(kinds.filter((kind) => kind !== 'progress')).toEqual([]);
    expect(runner.state).toBe('failed');
  });

  it('in the middle is recorded in the manifest', async () => {
    const prepared = await prepareTiny();
    const lost = new LabError('device-lost', 'The device is gone.', { hint: 'Run again.' });
    let calls = 0;
    const session = new FakeSession(prepared.config, prepared.trainable, {
      onCall() {
        calls += 1;
        if (calls === 12) throw lost;
      },
    });
    const runner = new Runner(prepared, {
      gpu: {} as GPU,
      clock: { nowMs: () => 0 },
      hostName: 'a test',
      createSession: () => Promise.resolve(openedFake(session)),
    });
    let last;
    const reading = (async () => {
      for await (const event of runner.run()) if (event.kind === 'manifest') last = event.manifest;
    })();
    await expect(reading).rejects.toBe(lost);
    expect(last).toMatchObject({ state: 'failed', error: { code: 'device-lost' } });
    expect(session.destroyed).toBe(true);
  });
});
