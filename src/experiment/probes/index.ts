/** Every probe by its field of the spec: adding one is a file and a line. */
import { canaries } from './canaries';
import { embeddings } from './embeddings';
import { languageLoss } from './language-loss';
import { ranks } from './ranks';
import { tokens } from './tokens';
import type { PreparedProbe, Probe, ProbeInputs, ProbeName } from './types';

export const PROBES: Record<ProbeName, Probe> = { ranks, tokens, embeddings, canaries, languageLoss };

/** The probes that the spec asks for, in the order in which they are measured. Throws what their inputs are wrong about. */
export async function prepareProbes(inputs: ProbeInputs): Promise<PreparedProbe[]> {
  const prepared: PreparedProbe[] = [];
  for (const probe of Object.values(PROBES)) {
    const ready = await probe.prepare(inputs);
    if (ready) prepared.push(ready);
  }
  return prepared;
}

export type { OpenProbe, PreparedProbe, ProbeFiles } from './types';
