import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import type { RunEvent } from '../../../src/experiment/events';
import type { ResponseBody } from '../../../src/worker/protocol';
import { RunFeed } from '../../../src/worker/run-feed';
import { plausibleRun } from '../../fixtures/run/plausible-run';

const run = plausibleRun({ pairs: 2, epochs: 1 });
/** 4 facts under 2 templates. */
const PER_EVALUATION = 8;

function feed(failing = false) {
  const posted: ResponseBody[] = [];
  const kept: string[] = [];
  const write = (what: string) => async () => {
    kept.push(what);
    if (failing) throw new LabError('storage-quota', 'full', { hint: 'free some' });
  };
  const writer = Object.fromEntries(
    ['manifest', 'summary', 'trials', 'steps', 'adapter', 'checkpoint', 'dropCheckpoint', 'rewind', 'settled'].map(
      (name) => [name, write(name)],
    ),
  ) as unknown as ConstructorParameters<typeof RunFeed>[0];
  return { feed: new RunFeed(writer, (message) => posted.push(message), PER_EVALUATION), posted, kept };
}

const checkpoint = (trialLines: number, stepLines: number): RunEvent => ({
  kind: 'checkpoint',
  checkpoint: {
    version: 2,
    runId: 'fixture',
    directionIndex: 0,
    trialLines,
    stepLines,
    state: { step: 3, parameters: new Float32Array(1), moment1: new Float32Array(1), moment2: new Float32Array(1) },
  },
});

describe('the feed of a run', () => {
  it('posts a live summary once an evaluation is whole, never after half of one', () => {
    const { feed: target, posted } = feed();
    target.take({ kind: 'manifest', manifest: run.manifest });
    target.take({ kind: 'trials', records: run.trials.slice(0, 5) });
    expect(posted.map(({ kind }) => kind)).toEqual(['manifest', 'trials']);
    target.take({ kind: 'trials', records: run.trials.slice(5, PER_EVALUATION) });
    expect(posted.at(-1)).toMatchObject({ kind: 'summary', summary: { epochs: 0 } });
  });

  it('keeps what it posts', () => {
    const { feed: target, kept } = feed();
    target.take({ kind: 'manifest', manifest: run.manifest });
    target.take({ kind: 'steps', records: run.steps.slice(0, 2) });
    target.take({
      kind: 'adapter',
      direction: 'term-to-id',
      files: [{ path: 'adapter_config.json', bytes: new Uint8Array(2) }],
    });
    expect(kept).toEqual(['manifest', 'dropCheckpoint', 'steps', 'adapter']);
  });

  it('reports failing storage once and goes on', async () => {
    const { feed: target, posted } = feed(true);
    target.take({ kind: 'trials', records: run.trials.slice(0, 1) });
    target.take({ kind: 'trials', records: run.trials.slice(1, 2) });
    await Promise.resolve();
    expect(posted.filter(({ kind }) => kind === 'storage-failed')).toHaveLength(1);
    expect(posted.filter(({ kind }) => kind === 'trials')).toHaveLength(2);
  });

  it('knows from where a run continues, and voids what came later', () => {
    const { feed: target, posted } = feed();
    expect(target.resumePoint).toBeNull();
    target.take({ kind: 'manifest', manifest: { ...run.manifest, state: 'training' } });
    target.take({ kind: 'trials', records: run.trials.slice(0, PER_EVALUATION) });
    target.take({ kind: 'steps', records: run.steps.slice(0, 3) });
    target.take(checkpoint(PER_EVALUATION, 3));
    target.take({ kind: 'steps', records: run.steps.slice(3, 9) });
    const point = target.resumePoint!;
    expect(point.steps).toEqual(run.steps.slice(0, 3));
    expect(point.trials).toEqual(run.trials.slice(0, PER_EVALUATION));
    target.continueFrom(point, true);
    expect(posted.at(-1)).toEqual({ kind: 'rewind', trials: PER_EVALUATION, steps: 3, deviceLost: true });
    target.take({ kind: 'steps', records: run.steps.slice(3, 5) });
    expect(target.resumePoint!.steps).toHaveLength(3);
  });
});
