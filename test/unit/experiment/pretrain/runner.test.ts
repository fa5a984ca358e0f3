/** Pretraining's state machine on a table in memory: pausing, cancelling, continuing, failing. No record may show it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { LabError } from '../../../../src/core/errors';
import { encodeLines, preparePretraining, PretrainRunner, type PreparedPretraining } from '../../../../src/experiment';
import { FakeSession, openedFake, type FakeOptions } from '../../../helpers/fake-session';
import { pretrain, resumePointOf, type PretrainLog } from '../../../helpers/pretrain-run';
import { tinyCorpus, tinyPretrainConfig } from '../../../helpers/tiny-corpus';

const text = tinyCorpus({ exposures: [12, 6, 3], filler: 9 });
const gpu = null as unknown as GPU;

let prepared: PreparedPretraining;
let whole: PretrainLog;
let calls = 0;

function hostWith(options: FakeOptions = {}, description?: string) {
  return {
    gpu,
    openSession: (needs: { config: ConstructorParameters<typeof FakeSession>[0] }) =>
      Promise.resolve(openedFake(new FakeSession(needs.config, { kind: 'full' }, options), description)),
  };
}

const bytesOf = ({ steps, heldOut, files }: PretrainLog) => ({
  steps: encodeLines(steps),
  heldOut: encodeLines(heldOut),
  files: [...files],
});

beforeAll(async () => {
  prepared = preparePretraining(text, tinyPretrainConfig('batch.rows=1', 'evaluation.everySteps=3'));
  whole = await pretrain(prepared, hostWith({ onCall: () => void calls++ }));
});

describe('a pretraining', () => {
  it('takes every step, looks at the held-out text at both ends and on the way, and ends as done', () => {
    const count = prepared.steps.length;
    expect(count).toBeGreaterThan(6);
    expect(whole.steps.map(({ step }) => step)).toEqual(prepared.steps.map((_, step) => step + 1));
    const due = [...Array(count + 1).keys()].filter((step) => step % 3 === 0 || step === count);
    expect(whole.heldOut.map(({ step }) => step)).toEqual(due);
    expect(whole.steps.at(-1)!.trainedTokens).toBe(prepared.plan.tokens);
    const last = whole.manifests.at(-1)!;
    expect(last).toMatchObject({ state: 'done', trained: { steps: count, tokens: prepared.plan.tokens }, error: null });
    expect(last.files.map(({ name }) => name)).toEqual([...whole.files.keys()]);
  });

  it('tells how far it is: never back, whole at the end', async () => {
    const fractions: number[] = [];
    await pretrain(prepared, hostWith(), {
      clockStepMs: 300,
      onEvent(event) {
        if (event.kind !== 'progress') return;
        fractions.push(event.progress.fraction);
        if (event.progress.step > 0 && event.progress.state === 'training') {
          expect(event.progress.steps).toBe(prepared.steps.length);
        }
      },
    });
    expect(fractions.length).toBeGreaterThan(5);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  it('without held-out text has no held-out loss', async () => {
    const bare = { ...text, corpus: { ...text.corpus, heldOut: [] } };
    const log = await pretrain(preparePretraining(bare, tinyPretrainConfig()), hostWith());
    expect(log.heldOut).toEqual([]);
    expect(log.manifests.at(-1)!.state).toBe('done');
  });

  it('starts once', async () => {
    const runner = new PretrainRunner(prepared, { ...hostWith(), clock: { nowMs: () => 0 }, hostName: 'a test' });
    for await (const event of runner.run()) void event;
    expect(() => runner.run()).toThrow('started before');
  });
});

describe('a pause', () => {
  it('anywhere stands still with a checkpoint, and changes no byte', async () => {
    for (let pauseAt = 2; pauseAt <= calls; pauseAt += 3) {
      let call = 0;
      let runner: PretrainRunner | null = null;
      let callsWhilePaused = -1;
      const log = await pretrain(prepared, hostWith({ onCall: () => void (++call === pauseAt && runner!.pause()) }), {
        onStart: (made) => (runner = made),
        async onEvent(event) {
          if (event.kind !== 'progress' || event.progress.state !== 'paused') return;
          const before = call;
          await new Promise((resolve) => setTimeout(resolve, 2));
          callsWhilePaused = call - before;
          runner!.resume();
        },
      });
      if (log.manifests.some(({ state }) => state === 'paused')) {
        expect(callsWhilePaused).toBe(0);
        expect(log.checkpoints.length).toBeGreaterThan(whole.checkpoints.length);
      }
      expect(bytesOf(log)).toEqual(bytesOf(whole));
    }
  });
});

describe('a cancel', () => {
  it('anywhere leaves a checkpoint that is continued to the same bytes', async () => {
    let continued = 0;
    for (let cancelAt = 2; cancelAt <= calls; cancelAt += 2) {
      let call = 0;
      let runner: PretrainRunner | null = null;
      const stopped = await pretrain(
        prepared,
        hostWith({ onCall: () => void (++call === cancelAt && runner!.cancel()) }),
        {
          onStart: (made) => (runner = made),
        },
      );
      const { state } = stopped.manifests.at(-1)!;
      if (state === 'done') continue;
      expect(state).toBe('cancelled');
      expect(stopped.files.size).toBe(0);
      const resumeFrom = resumePointOf(stopped, stopped.checkpoints.at(-1)!);
      expect(resumeFrom.steps.length).toBe(stopped.steps.length);
      expect(bytesOf(await pretrain(prepared, hostWith(), { resumeFrom }))).toEqual(bytesOf(whole));
      continued += 1;
    }
    expect(continued).toBeGreaterThan(4);
  });

  it('comes with checkpoints every so many steps where they are asked for', async () => {
    const often = preparePretraining(
      text,
      tinyPretrainConfig('batch.rows=1', 'evaluation.everySteps=3', 'checkpoint.everySteps=2'),
    );
    const log = await pretrain(often, hostWith());
    expect(log.checkpoints.slice(0, 3).map(({ state }) => state.step)).toEqual([2, 4, 6]);
    expect(bytesOf(log)).toEqual(bytesOf(whole));
    for (const checkpoint of log.checkpoints) {
      const again = await pretrain(often, hostWith(), { resumeFrom: resumePointOf(log, checkpoint) });
      expect(bytesOf(again)).toEqual(bytesOf(whole));
    }
  });
});

describe('a checkpoint is refused', () => {
  const point = () => resumePointOf(whole, whole.checkpoints.at(-1)!);
  const refusal = async (from: ReturnType<typeof point>, run = prepared, device?: string) =>
    pretrain(run, hostWith({}, device), { resumeFrom: from }).then(
      () => 'continued',
      (thrown: LabError) => `${thrown.code}: ${thrown.message}`,
    );

  it('under another configuration, on another device, or with other logs', async () => {
    const other = preparePretraining(text, tinyPretrainConfig('batch.rows=1', 'seed=8'));
    expect(await refusal(point(), other)).toContain('checkpoint-mismatch: The checkpoint belongs to another');
    expect(await refusal(point(), prepared, 'another')).toContain('this is another');
    expect(await refusal({ ...point(), steps: point().steps.slice(1) })).toContain('the logs hold');
    expect(await refusal({ ...point(), heldOut: [] })).toContain('checkpoint-mismatch');
    expect(await refusal(point())).toBe('continued');
  });
});

describe('a failure', () => {
  it('of the loss names the step, keeps what came before it, and stands in the manifest', async () => {
    const seen: PretrainLog[] = [];
    const failed = pretrain(prepared, hostWith({ poisonStep: 5 }), { onEvent: (_e, _r, log) => void seen.push(log) });
    await expect(failed).rejects.toMatchObject({ code: 'loss-not-finite', control: 'optimizer.learningRate' });
    await expect(failed).rejects.toThrow('The loss of step 5');
    const log = seen.at(-1)!;
    expect(log.steps).toEqual(whole.steps.slice(0, 4));
    expect(log.manifests.at(-1)).toMatchObject({ state: 'failed', error: { code: 'loss-not-finite' } });
  });

  it('of writing f16 keeps the trained state, so that f32 can still be written', async () => {
    const huge = (needs: { config: ConstructorParameters<typeof FakeSession>[0] }) => {
      const session = new FakeSession(needs.config, { kind: 'full' });
      const { exportTrainable } = session;
      session.exportTrainable = async () => {
        const tensors = await exportTrainable.call(session);
        tensors[0]!.data[3] = 1e5;
        return tensors;
      };
      return Promise.resolve(openedFake(session));
    };
    const seen: PretrainLog[] = [];
    const failed = pretrain(
      prepared,
      { gpu, openSession: huge },
      { dtype: 'f16', onEvent: (_e, _r, log) => void seen.push(log) },
    );
    await expect(failed).rejects.toMatchObject({ code: 'tensor-dtype' });
    await expect(failed).rejects.toThrow('model.embed_tokens.weight holds 100000');
    const resumeFrom = resumePointOf(seen.at(-1)!, seen.at(-1)!.checkpoints.at(-1)!);
    expect(resumeFrom.steps).toHaveLength(prepared.steps.length);
    expect(bytesOf(await pretrain(prepared, hostWith(), { resumeFrom }))).toEqual(bytesOf(whole));
  });
});
