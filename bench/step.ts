/**
 * Training steps on the clock: time per step and its drift, tokens per second, packed rows against one sequence per step.
 *
 * Promises: a model of its own (Llama layout, about 260 thousand parameters, seeded weights: speed does not depend on their
 * values) and seeded sequences; every step is waited for. A table on stderr, one JSON document on stdout.
 */
import type { PackedRow } from '../src/core/packed-row';
import { PhiloxSequence } from '../src/core/philox';
import { nodeGpu } from '../src/cli/node-gpu';
import {
  acquireDevice,
  createSession,
  decoderWeights,
  LINEAR_NAMES,
  type DecoderConfig,
  type EngineDevice,
  type StepSettings,
  type TrainableSpec,
  type WeightMap,
} from '../src/engine';
import { LLAMA_TRAITS } from '../src/engine/traits';

import { median, medianInterval, relativeDrift, type Interval } from './estimates';

const STEPS = 300;
const WARM_UP = 10;
const ROUNDS = 20;
/** Steps of an aged and a fresh session that are set against each other. */
const AGE_PAIRS = 150;
const ROW_TOKENS = 512;
/** A rendered pair: prompt and completion. */
const PROMPT_TOKENS = 17;
const COMPLETION_TOKENS = 8;

const config: DecoderConfig = {
  ...{ vocabSize: 512, hiddenSize: 64, ffnSize: 172, layers: 5, heads: 8, kvHeads: 4, headDim: 8 },
  ...{
    normEpsilon: 1e-5,
    contextLength: 512,
    inverseFrequencies: [1, 0.1, 0.01, 0.001],
    tiedHead: true,
    traits: LLAMA_TRAITS,
  },
};
const settings: StepSettings = {
  ...{ learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clipNorm: 1 },
};
const lora: TrainableSpec = { kind: 'lora', rank: 16, scale: 2, targets: [...LINEAR_NAMES] };

const draws = new PhiloxSequence(1, 901);

function seededWeights(): WeightMap {
  return new Map(
    decoderWeights(config).map(({ name, shape }) => {
      const elements = shape.reduce((product, size) => product * size, 1);
      const isNorm = shape.length === 1;
      return [name, Float32Array.from({ length: elements }, () => (isNorm ? 1 : (draws.nextUnit() - 0.5) * 0.2))];
    }),
  );
}

/** `count` sequences end to end; of each the completion is supervised. */
function sequences(count: number): PackedRow {
  const length = PROMPT_TOKENS + COMPLETION_TOKENS - 1;
  const place = Array.from({ length: count * COMPLETION_TOKENS }, (_, i) => i);
  const sequence = (i: number) => Math.floor(i / COMPLETION_TOKENS);
  const id = () => draws.nextInt(config.vocabSize);
  return {
    ids: Uint32Array.from({ length: count * length }, id),
    segmentStart: Uint32Array.from({ length: count * length }, (_, t) => t - (t % length)),
    supervisedIndex: Uint32Array.from(place, (i) => sequence(i) * length + PROMPT_TOKENS - 1 + (i % COMPLETION_TOKENS)),
    labels: Uint32Array.from(place, id),
    example: Uint32Array.from(place, sequence),
  };
}

const PER_ROW = Math.floor(ROW_TOKENS / (PROMPT_TOKENS + COMPLETION_TOKENS - 1));
const TOKENS_PER_ROW = PER_ROW * (PROMPT_TOKENS + COMPLETION_TOKENS - 1);

function shapeFor(row: PackedRow) {
  return { rowTokens: row.ids.length, supervised: row.labels.length };
}

/** Milliseconds of one call. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function stepTimes(device: EngineDevice, weights: WeightMap, trainable: TrainableSpec) {
  const row = sequences(PER_ROW);
  const open = async () => {
    const session = await createSession(device, config, weights, trainable, shapeFor(row));
    const step = async () => {
      await session.trainStep([row], settings);
      await session.readReports();
    };
    for (let i = 0; i < WARM_UP; i++) await step();
    return { session, step };
  };
  const aged = await open();
  const bytes = aged.session.counters.bufferBytes;
  const times: number[] = [];
  for (let i = 0; i < STEPS; i++) times.push(await timed(aged.step));
  const grownBytes = aged.session.counters.bufferBytes - bytes;
  const fresh = await open();
  const ratios: number[] = [];
  for (let pair = 0; pair < AGE_PAIRS; pair++) {
    // Either goes first in turn, so that the order weighs on neither.
    const first = pair % 2 === 0 ? aged : fresh;
    const second = first === aged ? fresh : aged;
    const [firstMs, secondMs] = [await timed(first.step), await timed(second.step)];
    ratios.push(first === aged ? firstMs / secondMs - 1 : secondMs / firstMs - 1);
  }
  aged.session.destroy();
  fresh.session.destroy();
  return {
    stepMs: medianInterval(times),
    drift: relativeDrift(times),
    /** Step of the session that has 300 behind it against one of a fresh session, in turn: other work weighs on both. */
    agedAgainstFresh: medianInterval(ratios),
    tokensPerSecond: (TOKENS_PER_ROW / median(times)) * 1000,
    grownBytes,
  };
}

/** The same sequences in one packed row and one by one, in turn, so that both see the same machine. */
async function packedAgainstSingle(device: EngineDevice, weights: WeightMap): Promise<Interval> {
  const packed = sequences(PER_ROW);
  const singles = Array.from({ length: PER_ROW }, () => sequences(1));
  const together = await createSession(device, config, weights, lora, shapeFor(packed));
  const oneByOne = await createSession(device, config, weights, lora, shapeFor(singles[0]!));
  const ratios: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const packedMs = await timed(async () => {
      await together.trainStep([packed], settings);
      await together.readReports();
    });
    const singleMs = await timed(async () => {
      for (const row of singles) await oneByOne.trainStep([row], settings);
      await oneByOne.readReports();
    });
    // The first round compiles.
    if (round > 0) ratios.push(singleMs / packedMs);
  }
  together.destroy();
  oneByOne.destroy();
  return medianInterval(ratios);
}

const figure = ({ value, lo, hi }: Interval, digits: number, unit = '') =>
  `${value.toFixed(digits)}${unit} [${lo.toFixed(digits)}, ${hi.toFixed(digits)}]`;
const percent = ({ value, lo, hi, ...rest }: Interval): Interval => ({
  ...rest,
  value: value * 100,
  lo: lo * 100,
  hi: hi * 100,
});

const device = await acquireDevice(await nodeGpu());
const adapter = device.identity;
const weights = seededWeights();
const say = (line: string) => process.stderr.write(`${line}\n`);
say(
  `${adapter.description || adapter.device || adapter.vendor} · ${STEPS} steps of one row of ${TOKENS_PER_ROW} tokens`,
);
const result = {
  adapter,
  model: { parameters: [...weights.values()].reduce((sum, values) => sum + values.length, 0), layers: config.layers },
  row: { tokens: TOKENS_PER_ROW, sequences: PER_ROW },
  lora: await stepTimes(device, weights, lora),
  full: await stepTimes(device, weights, { kind: 'full' }),
  packedAgainstSingle: await packedAgainstSingle(device, weights),
};
for (const [name, run] of [
  ['LoRA r 16', result.lora],
  ['all weights', result.full],
] as const) {
  say(`${name.padEnd(12)} ms per step    ${figure(run.stepMs, 2)}`);
  say(`${''.padEnd(12)} tokens/s       ${run.tokensPerSecond.toFixed(0)}`);
  say(`${''.padEnd(12)} drift over ${STEPS} ${figure(percent(run.drift), 2, ' %')}`);
  say(`${''.padEnd(12)} aged − fresh   ${figure(percent(run.agedAgainstFresh), 2, ' %')}`);
  say(`${''.padEnd(12)} memory grown   ${run.grownBytes} bytes`);
}
say(`packed row against one sequence per step: ${figure(result.packedAgainstSingle, 2, ' ×')}`);
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
device.destroy();
