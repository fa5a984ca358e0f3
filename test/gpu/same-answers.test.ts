/**
 * On fixed weights every driver gives the answers of the f64 reference: log q within half of what two drivers may differ by,
 * the same token predicted at every position. Run on each driver, so two drivers agree within 1e-3.
 */
import { expect, it } from 'vitest';
import { score } from '../../src/engine/reference/decoder';
import { Runner } from '../../src/experiment';
import type { TrialRecord } from '../../src/records';
import { packExamples } from '../../src/tokens/packing';
import { testGpu } from '../helpers/gpu';
import { prepareTiny } from '../helpers/tiny-run';

const TOLERANCE = 5e-4;
const TEMPERATURE = 0.7;

it('a probe before training has the log q and the hits of the reference', async () => {
  const prepared = await prepareTiny('train.epochs=0', 'evaluation.samples=0', `evaluation.temperature=${TEMPERATURE}`);
  const weights = await prepared.model.loadWeights();
  const runner = new Runner(prepared, { gpu: testGpu(), clock: { nowMs: () => 0 }, hostName: 'a test' });
  const trials: TrialRecord[] = [];
  for await (const event of runner.run()) if (event.kind === 'trials') trials.push(...event.records);
  expect(trials).toHaveLength(2 * 2 * 12);
  const facts = new Map(prepared.directions.flatMap(({ facts: all }) => all.map((fact) => [fact.key, fact])));
  let predicted = 0;
  for (const trial of trials) {
    const query = facts.get(trial.fact)!.queries[trial.template];
    const [row] = packExamples([query], prepared.rowTokens, prepared.config.contextLength);
    const { logProb, logProbT, argmax } = score(prepared.config, weights, row!, TEMPERATURE);
    const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);
    const name = `${trial.fact}, ${trial.template}`;
    expect(Math.abs(trial.logProb - sum(logProb)), name).toBeLessThan(TOLERANCE);
    expect(Math.abs(trial.logQ - sum(logProbT)), name).toBeLessThan(TOLERANCE);
    const last = row!.labels.length - 1;
    const right = Array.from(argmax, (id, index) =>
      index === last ? prepared.stopIds.includes(id) : id === row!.labels[index],
    );
    expect(trial.tokensRight, name).toBe(right.filter(Boolean).length);
    expect(trial.tokenHit, name).toBe(right.every(Boolean));
    predicted += trial.tokensRight;
  }
  // The comparison of hits means something only where some positions are right.
  expect(predicted).toBeGreaterThan(0);
});
