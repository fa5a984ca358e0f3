/**
 * How long a run will take, roughly: its planned tokens at the speed that a few calls to the engine show.
 *
 * Promises: computes nothing that is kept. Must not know: files, terminals. An estimate: decoding ends early where the
 * model stops, and a busy machine is slower.
 */
import { packExamples, inputTokens } from '../../tokens/packing';
import type { RunnerHost } from '../host';
import { openEngineSession } from '../host';
import { CHUNK_FACTS } from '../plan';
import type { PreparedRun } from '../prepared';
import { WORK_KINDS, type Work } from '../work-meter';

/** Milliseconds per token of each kind, for a model of so many parameters. */
export interface Speed {
  msPerToken: Work;
  parameters: number;
}

const DECODED_TOKENS = 8;

/** Trains, scores and decodes once to warm up and once by the clock. */
export async function measureSpeed(prepared: PreparedRun, host: RunnerHost, signal: AbortSignal): Promise<Speed> {
  const { session, close } = await (host.createSession ?? openEngineSession)(prepared, host.gpu, signal, () => {});
  const { spec, rowTokens, config, stopIds } = prepared;
  const direction = prepared.directions[0]!;
  const batch = direction.examples.slice(0, spec.train.batchSize);
  const facts = direction.facts.slice(0, CHUNK_FACTS).map(({ queries }) => queries['held-out']);
  const tokens = (examples: typeof batch) => examples.reduce((sum, example) => sum + inputTokens(example), 0);
  const maxNewTokens = Math.min(DECODED_TOKENS, direction.maxNewTokens);
  const { beta1, beta2, epsilon, weightDecay, clipNorm } = spec.optimizer;
  const settings = {
    learningRate: 0,
    beta1,
    beta2,
    epsilon,
    weightDecay,
    clipNorm: clipNorm ?? Infinity,
    loss: prepared.objective.lossAt(1),
  };
  const timed = async (count: number, work: () => Promise<unknown>): Promise<number> => {
    await work();
    const before = host.clock.nowMs();
    await work();
    return (host.clock.nowMs() - before) / Math.max(1, count);
  };
  try {
    await session.resetTrainable(spec.seed);
    const train = await timed(tokens(batch), async () => {
      await session.trainStep(packExamples(batch, rowTokens, config.contextLength), settings);
      await session.readReports();
    });
    const score = await timed(tokens(facts), () =>
      session.score(packExamples(facts, rowTokens, config.contextLength), spec.evaluation.temperature),
    );
    const prompts = facts.map(({ prompt }) => Uint32Array.from(prompt));
    const greedy = { samples: 1, temperature: 0, topK: 0, topP: 1, seed: spec.seed, stream: 0, stopIds };
    const decode = await timed(prompts.length * maxNewTokens, () =>
      session.generate({ prompts, maxNewTokens, ...greedy, signal }),
    );
    return { msPerToken: { train, score, decode }, parameters: prepared.model.parameters };
  } finally {
    close();
  }
}

/** Of the whole run; time grows with the number of parameters. */
export function roughMs({ plannedWork, model }: PreparedRun, { msPerToken, parameters }: Speed): number {
  const atThisSize = WORK_KINDS.reduce((sum, kind) => sum + plannedWork[kind] * msPerToken[kind], 0);
  return (atThisSize * model.parameters) / parameters;
}
