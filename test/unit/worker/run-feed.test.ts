import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import type { RunEvent } from '../../../src/experiment/events';
import type { ResponseBody } from '../../../src/worker/protocol';
import { RunFeed } from '../../../src/worker/run-feed';
import { plausibleRun } from '../../fixtures/run/plausible-run';

const run = plausibleRun({ pairs: 2, epochs: 1 });
/** 4 facts under 2 templates. */
const PER_EVALUATION = 8;

/** @param failing whether writing fails: everything, or what is named */
function feed(failing: boolean | string = false) {
  const posted: ResponseBody[] = [];
  const kept: string[] = [];
  const write = (what: string) => async () => {
    if (what === 'settled') return;
    kept.push(what);
    if (failing === true || failing === what) throw new LabError('storage-quota', 'full', { hint: 'free some' });
  };
  const writer = Object.fromEntries(
    [
      'manifest',
      'summary',
      'trials',
      'steps',
      'adapter',
      'probes',
      'checkpoint',
      'dropCheckpoint',
      'rewind',
      'settled',
    ].map((name) => [name, write(name)]),
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
    void target.take({ kind: 'manifest', manifest: run.manifest });
    void target.take({ kind: 'trials', records: run.trials.slice(0, 5) });
    expect(posted.map(({ kind }) => kind)).toEqual(['manifest', 'trials']);
    void target.take({ kind: 'trials', records: run.trials.slice(5, PER_EVALUATION) });
    expect(posted.at(-1)).toMatchObject({ kind: 'summary', summary: { epochs: 0 } });
  });

  it('keeps what it posts', async () => {
    const { feed: target, kept } = feed();
    await target.take({ kind: 'manifest', manifest: run.manifest });
    void target.take({ kind: 'steps', records: run.steps.slice(0, 2) });
    void target.take({
      kind: 'adapter',
      direction: 'term-to-id',
      files: [{ path: 'adapter_config.json', bytes: new Uint8Array(2) }],
    });
    expect(kept).toEqual(['manifest', 'dropCheckpoint', 'steps', 'adapter']);
  });

  it('does not keep as done what it could not keep whole: the checkpoint stays', async () => {
    const { feed: target, kept, posted } = feed('steps');
    await target.take({ kind: 'manifest', manifest: { ...run.manifest, state: 'training' } });
    await target.take({ kind: 'steps', records: run.steps.slice(0, 2) });
    await target.take({ kind: 'manifest', manifest: run.manifest });
    expect(target.recordsError).toMatchObject({ code: 'storage-quota' });
    expect(posted.map(({ kind }) => kind)).toEqual(['manifest', 'steps', 'storage-failed', 'manifest']);
    expect(kept).toEqual(['manifest', 'steps']);
  });

  it('passes the records of probes on, keeps them, and knows how many a checkpoint counts', () => {
    const { feed: target, posted, kept } = feed();
    const record = {
      direction: 'term-to-id' as const,
      epoch: 0,
      step: 0,
      source: 'own' as const,
      tokens: 1,
      logProb: -1,
    };
    const canary = { ...record, canary: 0, prompt: 'a', completion: 'b', hit: true };
    const event = (index: number): RunEvent => ({
      kind: 'probes',
      probe: 'canaries',
      records: [{ ...canary, canary: index }],
      files: [],
    });
    void target.take({ kind: 'manifest', manifest: run.manifest });
    void target.take({ kind: 'trials', records: run.trials.slice(0, PER_EVALUATION) });
    void target.take(event(0));
    expect(posted.at(-2)).toMatchObject({ kind: 'probes', probe: 'canaries' });
    expect(posted.at(-1)).toMatchObject({ kind: 'summary' });
    const point = checkpoint(PER_EVALUATION, 0) as Extract<RunEvent, { kind: 'checkpoint' }>;
    point.checkpoint.probeLines = { embeddings: 0, canaries: 1, language: 0 };
    void target.take(point);
    void target.take(event(1));
    expect(kept.filter((what) => what === 'probes')).toHaveLength(2);
    expect(target.resumePoint!.probes!.canaries.map(({ canary: index }) => index)).toEqual([0]);
    target.continueFrom(target.resumePoint, true);
    expect(posted.at(-1)).toMatchObject({ kind: 'rewind', probes: { embeddings: 0, canaries: 1, language: 0 } });
  });

  it('reports failing storage once and goes on', async () => {
    const { feed: target, posted } = feed(true);
    void target.take({ kind: 'trials', records: run.trials.slice(0, 1) });
    void target.take({ kind: 'trials', records: run.trials.slice(1, 2) });
    await Promise.resolve();
    expect(posted.filter(({ kind }) => kind === 'storage-failed')).toHaveLength(1);
    expect(posted.filter(({ kind }) => kind === 'trials')).toHaveLength(2);
    await target.take(checkpoint(2, 0));
    await target.take(checkpoint(2, 1));
    expect(posted.filter(({ kind }) => kind === 'storage-failed')).toHaveLength(2);
    expect(target.resumePoint!.checkpoint.stepLines).toBe(1);
  });

  it('knows from where a run continues, and voids what came later', () => {
    const { feed: target, posted } = feed();
    expect(target.resumePoint).toBeNull();
    void target.take({ kind: 'manifest', manifest: { ...run.manifest, state: 'training' } });
    void target.take({ kind: 'trials', records: run.trials.slice(0, PER_EVALUATION) });
    void target.take({ kind: 'steps', records: run.steps.slice(0, 3) });
    void target.take(checkpoint(PER_EVALUATION, 3));
    void target.take({ kind: 'steps', records: run.steps.slice(3, 9) });
    const point = target.resumePoint!;
    expect(point.steps).toEqual(run.steps.slice(0, 3));
    expect(point.trials).toEqual(run.trials.slice(0, PER_EVALUATION));
    target.continueFrom(point, true);
    expect(posted.at(-1)).toEqual({
      kind: 'rewind',
      trials: PER_EVALUATION,
      steps: 3,
      probes: { embeddings: 0, canaries: 0, language: 0 },
      deviceLost: true,
    });
    void target.take({ kind: 'steps', records: run.steps.slice(3, 5) });
    expect(target.resumePoint!.steps).toHaveLength(3);
  });
});
