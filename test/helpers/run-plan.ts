/** A plan message as the worker sends it, for tests of those who pass it on. */
import type { RunPlan } from '../../src/worker/client';

export const plausiblePlan: RunPlan = {
  experimentId: 'fixture',
  model: { name: 'tiny', parameters: 10 },
  files: [],
  dataset: { seen: 2, withheld: 2, bins: 1, universe: 9, popularity: 'none' },
  memory: { weightsBytes: 1, trainingBytes: 1, activationBytes: 1, decodingBytes: 1, totalBytes: 4 },
  trainableParameters: 2,
  plannedSteps: 4,
  work: { train: 400, score: 100, decode: 200 },
  tokenLengths: [],
  longestTokens: 9,
  contextTokens: 256,
};
