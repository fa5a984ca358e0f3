/** The manifest of a pretraining. Times come in as arguments. */
import { lastPart } from '../../core/files';
import type { LabError } from '../../core/errors';
import type { OpenedSession } from '../host';
import { ONTOSCOPE_VERSION } from '../version';
import type { PreparedPretraining } from './prepare';
import type { PretrainManifest } from './records';

export interface PretrainMoment extends Pick<
  PretrainManifest,
  'state' | 'dtype' | 'files' | 'startedAtMs' | 'elapsedMs'
> {
  /** Recorded so far. */
  steps: number;
  error: LabError | null;
}

export function buildPretrainManifest(
  prepared: PreparedPretraining,
  { session, adapter }: OpenedSession,
  hostName: string,
  { state, steps, dtype, files, startedAtMs, elapsedMs, error }: PretrainMoment,
): PretrainManifest {
  const { plan, text } = prepared;
  const { inverseFrequencies: _frequencies, ...shape } = prepared.decoder;
  return {
    manifestVersion: 1,
    runId: prepared.runId,
    state,
    config: prepared.config,
    configHash: prepared.configHash,
    corpus: {
      name: lastPart(text.name),
      sha256: prepared.corpusHash,
      sentences: plan.sentences,
      filler: plan.filler,
      facts: plan.facts,
      heldOut: text.corpus.heldOut.length,
    },
    model: { ...shape, parameters: plan.parameters },
    plan: {
      steps: plan.steps,
      tokens: plan.tokens,
      heldOutTokens: plan.heldOutTokens,
      operations: plan.operations,
    },
    trained: { steps, tokens: steps === 0 ? 0 : prepared.trainedTokens[steps - 1]! },
    dtype,
    files,
    gpu: { ...adapter, host: hostName },
    kernels: { ...session.kernelChoices },
    memory: session.memory,
    versions: { ontoscope: ONTOSCOPE_VERSION },
    startedAtMs,
    elapsedMs,
    error: error ? { code: error.code, message: error.message, hint: error.hint } : null,
  };
}
