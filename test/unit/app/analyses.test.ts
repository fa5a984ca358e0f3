import { describe, expect, it, vi } from 'vitest';
import { AnalysisStore } from '../../../src/app/analyses.svelte';
import { LabError } from '../../../src/core/errors';
import { fixtureRun } from '../../helpers/chart-run';

const run = fixtureRun({ pairs: 4, epochs: 2 });
const args = { direction: 'term-to-id', template: 'held-out', event: 'acquisition', covariates: 'main' } as const;
const request = { name: 'hazards', args } as const;

describe('analyses as the page keeps them', () => {
  it('ask once for the same records and arguments, in whatever order these stand', async () => {
    const analyse = vi.fn(() => Promise.resolve([] as never));
    const store = new AnalysisStore({ analyse });
    expect(store.answer(run, request)).toEqual({ state: 'waiting' });
    store.want(run, request);
    await store.result(run, request);
    const { covariates, ...others } = args;
    await store.result([run], { args: { covariates, ...others }, name: 'hazards' });
    expect(analyse).toHaveBeenCalledTimes(1);
    expect(store.answer(run, request)).toEqual({ state: 'here', result: [] });
    await store.result({ ...run, key: 'other' }, request);
    expect(analyse).toHaveBeenCalledTimes(2);
  });

  it('turn a failure into words', async () => {
    const error = new LabError('internal', 'No.', { hint: 'Reload.' });
    const store = new AnalysisStore({ analyse: () => Promise.reject(error) });
    await expect(store.result(run, request)).rejects.toThrow('No.');
    expect(store.answer(run, request)).toMatchObject({ state: 'failed', error: { message: 'No.', hint: 'Reload.' } });
  });

  it('ask again for what failed, and for nothing else', async () => {
    let online = false;
    const analyse = vi.fn((runs: readonly { key: string }[]) =>
      online
        ? Promise.resolve([] as never)
        : Promise.reject(new LabError('internal', `No ${runs[0]!.key}.`, { hint: '' })),
    );
    const store = new AnalysisStore({ analyse });
    await store.result(run, request).catch(() => undefined);
    await store.result({ ...run, key: 'b' }, request).catch(() => undefined);
    online = true;
    store.want(run, request);
    expect(analyse).toHaveBeenCalledTimes(2);
    store.again(run, request);
    expect(store.answer(run, request)).toEqual({ state: 'waiting' });
    store.again(run, request);
    expect(await store.result(run, request)).toEqual([]);
    expect(analyse).toHaveBeenCalledTimes(3);
    store.again(run, request);
    expect(analyse).toHaveBeenCalledTimes(3);
    expect(store.answer({ ...run, key: 'b' }, request).state).toBe('failed');
  });

  it('name a run to the worker by what stays while its records grow', async () => {
    const analyse = vi.fn((_runs: readonly { key: string }[]) => Promise.resolve([] as never));
    const store = new AnalysisStore({ analyse });
    const grown = fixtureRun({ pairs: 4, epochs: 3 });
    expect(grown.key).not.toBe(run.key);
    await store.result(run, request);
    await store.result(grown, request);
    expect(analyse.mock.calls.map(([[named]]) => named!.key)).toEqual(['fixture', 'fixture']);
  });

  it('ask about vectors once, however many trials come after them', async () => {
    const analyse = vi.fn(() => Promise.resolve([] as never));
    const store = new AnalysisStore({ analyse });
    const grown = fixtureRun({ pairs: 4, epochs: 3 });
    const cosines = { name: 'embeddingCosines', args: { direction: 'term-to-id', layer: -1 } } as const;
    await store.result(run, cosines);
    await store.result(grown, cosines);
    expect(analyse).toHaveBeenCalledTimes(1);
    const embeddings = [{} as (typeof run.probes.embeddings)[number]];
    await store.result({ ...grown, probes: { ...grown.probes, embeddings } }, cosines);
    expect(analyse).toHaveBeenCalledTimes(2);
  });

  it('remember what was said of a run before it grew, with its records of then', async () => {
    const analyse = vi.fn((_runs: readonly { run: { trials: readonly unknown[] } }[]) => Promise.resolve([] as never));
    const store = new AnalysisStore({ analyse });
    const grown = fixtureRun({ pairs: 4, epochs: 3 });
    expect(store.before(grown, request)).toBeNull();
    await store.result(run, request);
    store.want(grown, request);
    expect(store.answer(grown, request).state).toBe('waiting');
    expect(store.before(grown, request)).toEqual({ run, result: [] });
    expect(store.before({ ...grown, runKey: 'another run' }, request)).toBeNull();
    expect(store.before(grown, { ...request, args: { ...args, event: 'degradation' } })).toBeNull();
    // The records of a run that is not on show any more can be let go of.
    await store.result({ ...grown, runKey: 'another run', key: 'another run' }, request);
    expect(store.before(grown, request)).toBeNull();
  });
});
