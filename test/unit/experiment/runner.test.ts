/** A whole run on a stand-in for the engine: what is recorded, in which order, and that it repeats bit for bit. */
import { beforeAll, describe, expect, it } from 'vitest';
import { DIRECTIONS, factKey } from '../../../src/core/direction';
import type { PreparedRun } from '../../../src/experiment';
import { TEMPLATE_ROLES } from '../../../src/records';
import { bitsOf, runOnFake, type RunLog } from '../../helpers/run-harness';
import { prepareTiny } from '../../helpers/tiny-run';

describe('a run', () => {
  let prepared: PreparedRun;
  let log: RunLog;
  beforeAll(async () => {
    prepared = await prepareTiny();
    log = await runOnFake(prepared);
  });

  it('records trials by direction, epoch and template, seen facts before withheld ones, in the data set’s order', () => {
    const { seen, withheld } = prepared.dataset;
    const expected = DIRECTIONS.flatMap((direction) =>
      [0, 1, 2].flatMap((epoch) =>
        TEMPLATE_ROLES.flatMap((template) =>
          [...seen, ...withheld].map((pair) => [factKey(pair.identifier, direction), epoch, template]),
        ),
      ),
    );
    expect(log.trials.map(({ fact, epoch, template }) => [fact, epoch, template])).toEqual(expected);
    const keys = new Set(seen.map((pair) => pair.identifier));
    for (const trial of log.trials) expect(trial.seen).toBe(keys.has(trial.identifier));
  });

  it('steps through every example once an epoch with the scheduled learning rate', () => {
    const own = log.steps.filter(({ direction }) => direction === 'id-to-term');
    expect(own.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(own.map(({ epoch }) => epoch)).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
    expect(own[0]!.learningRate).toBeCloseTo(0.025, 12);
    expect(own[1]!.learningRate).toBeCloseTo(0.05, 12);
    for (let i = 2; i < own.length; i++) expect(own[i]!.learningRate).toBeLessThan(own[i - 1]!.learningRate);
    const perEpoch = prepared.directions[1]!.examples.reduce((sum, { completion }) => sum + completion.length, 0);
    expect(own.slice(0, 4).reduce((sum, step) => sum + step.supervisedTokens, 0)).toBe(perEpoch);
  });

  it('begins each direction with a fresh adapter of its own seed', () => {
    expect(log.session.seeds).toHaveLength(2);
    expect(log.session.seeds[0]).not.toBe(log.session.seeds[1]);
  });

  it('samples under the held-out template only, before training and at the end', () => {
    for (const { epoch, template, sampled } of log.trials) {
      expect(sampled !== null).toBe(template === 'held-out' && (epoch === 0 || epoch === 2));
      if (sampled) expect(sampled.samples).toBe(4);
    }
  });

  it('takes a checkpoint after the baseline and every epoch, an adapter after every direction, and ends with summary and manifest', () => {
    const places = log.checkpoints.map(({ directionIndex, state }) => [
      directionIndex,
      state.step / prepared.directions[directionIndex]!.stepsPerEpoch,
    ]);
    expect(places).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
    ]);
    expect(log.manifests.at(-1)!.endings).toEqual(
      prepared.directions.map(({ direction, stepsPerEpoch }) => ({
        direction,
        step: 2 * stepsPerEpoch,
        epoch: 2,
        reason: 'all-steps',
      })),
    );
    expect([...log.adapters.keys()]).toEqual([
      'term-to-id/adapter_config.json',
      'term-to-id/adapter_model.safetensors',
      'id-to-term/adapter_config.json',
      'id-to-term/adapter_model.safetensors',
    ]);
    expect(log.kinds.filter((kind) => kind !== 'progress').slice(-2)).toEqual(['summary', 'manifest']);
    expect(log.manifests.map(({ state }) => state)).toEqual(['loading', 'done']);
    expect(log.summary!.state).toBe('done');
    expect(log.runner.state).toBe('done');
    expect(log.session.destroyed).toBe(true);
  });

  it('names in the manifest what the numbers depend on', () => {
    const manifest = log.manifests.at(-1)!;
    expect(manifest.runId).toBe(prepared.runId);
    expect(manifest.model.files.map(({ name }) => name)).toContain('model.safetensors');
    expect(manifest.dataset).toMatchObject({ seen: 8, withheld: 4, popularity: 'none' });
    expect(manifest.gpu).toMatchObject({ description: 'a table in memory', host: 'a test', software: true });
    expect(manifest.kernels).toEqual({ linear: 'fake' });
    expect(manifest.error).toBeNull();
    expect(manifest.elapsedMs).toBeGreaterThan(0);
  });

  it('gives the same bytes again', async () => {
    expect(bitsOf(await runOnFake(prepared))).toEqual(bitsOf(log));
  });

  it('gives the same bytes whatever the machine’s speed', async () => {
    expect(bitsOf(await runOnFake(prepared, { tickMs: 900 }))).toEqual(bitsOf(log));
  });

  it('gives other samples for another seed', async () => {
    const other = await runOnFake(await prepareTiny('seed=8'));
    expect(bitsOf(other).trials).not.toBe(bitsOf(log).trials);
  });

  it('learns and asks a direction alone exactly as beside the other one', async () => {
    const alone = await runOnFake(await prepareTiny('directions=["id-to-term"]'));
    expect(alone.trials).toEqual(log.trials.filter(({ direction }) => direction === 'id-to-term'));
    expect(alone.steps).toEqual(log.steps.filter(({ direction }) => direction === 'id-to-term'));
  });

  it('says at most four times a second how far it is, never less than before, and ends at one', () => {
    const training = log.progress.filter(
      ({ progress }) => progress.state === 'training' || progress.state === 'probing',
    );
    for (let i = 1; i < training.length; i++) {
      expect(training[i]!.progress.elapsedMs - training[i - 1]!.progress.elapsedMs).toBeGreaterThanOrEqual(250);
    }
    const fractions = log.progress.map(({ progress }) => progress.fraction);
    expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
    expect(fractions.at(-1)).toBe(1);
    expect(log.progress.some(({ progress }) => (progress.etaMs ?? 0) > 0)).toBe(true);
  });

  it('cannot be started twice', () => {
    expect(() => log.runner.run()).toThrow(/started before/);
  });
});

describe('learning', { timeout: 60_000 }, () => {
  it('turns seen facts right, and a fact that is right token for token is right by the scoring rule', async () => {
    const prepared = await prepareTiny('train.epochs=12', 'evaluation.at.every=5', 'optimizer.learningRate=0.1');
    const log = await runOnFake(prepared);
    expect([...new Set(log.trials.map(({ epoch }) => epoch))]).toEqual([0, 5, 10, 12]);
    const hits = log.trials.filter(({ tokenHit }) => tokenHit);
    expect(hits.length).toBeGreaterThan(20);
    for (const { answerHit } of hits) expect(answerHit).toBe(true);
    for (const { answer, direction, identifier, term } of hits)
      expect(answer).toBe(direction === 'term-to-id' ? identifier : term);
    const [direction] = log.summary!.directions;
    expect(direction!.lastEpochLoss!).toBeLessThan(direction!.firstEpochLoss! / 2);
    const seen = direction!.groups.find((group) => group.seen && group.template === 'trained')!;
    expect(seen.transitions.gainers).toBeGreaterThan(4);
    expect(seen.acquisition!.totalEvents).toBe(seen.transitions.gainers);
  });

  it('counts a sample as token-exact only with its stop token, and such samples among the right ones', async () => {
    const log = await runOnFake(
      await prepareTiny('train.epochs=12', 'optimizer.learningRate=0.1', 'evaluation.samples=20'),
    );
    const sampled = log.trials.flatMap((trial) => (trial.sampled && trial.epoch === 12 ? [trial] : []));
    expect(sampled.some((trial) => trial.sampled!.tokenHits > 0)).toBe(true);
    for (const { sampled: counts } of sampled) expect(counts!.answerHits).toBeGreaterThanOrEqual(counts!.tokenHits);
    // q_T is the chance of each token-exact sample: the counts must follow it.
    const expected = sampled.reduce((sum, { logQ }) => sum + 20 * Math.exp(logQ), 0);
    const variance = sampled.reduce((sum, { logQ }) => sum + 20 * Math.exp(logQ) * (1 - Math.exp(logQ)), 0);
    const found = sampled.reduce((sum, trial) => sum + trial.sampled!.tokenHits, 0);
    expect(Math.abs(found - expected)).toBeLessThan(4 * Math.sqrt(variance) + 1);
  });
});

describe('a run without training', () => {
  it('asks every fact once and writes untrained adapters', async () => {
    const log = await runOnFake(await prepareTiny('train.epochs=0'));
    expect(log.steps).toEqual([]);
    expect(log.trials).toHaveLength(2 * 2 * 12);
    expect(log.summary!.directions[0]!.firstEpochLoss).toBeNull();
    expect(log.adapters.size).toBe(4);
  });
});
