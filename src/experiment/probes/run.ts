/**
 * Probes in a running experiment: what they will take, what they have done, and their turn at an evaluation.
 *
 * Promises: an evaluation that was interrupted goes on behind the records it has; planned and done work agree at its end.
 */
import type { ProbeMoment, ProbeRecords } from '../../records';
import type { RunContext } from '../context';
import type { Work } from '../work-meter';
import type { OpenProbe, PreparedProbe, ProbeRun } from './types';

export interface ProbeEvaluation extends ProbeMoment {
  /** Before training; after all of it. */
  first: boolean;
  last: boolean;
}

/** Tokens of all probes in a run whose directions have these evaluations. */
export function probeWork(
  probes: readonly PreparedProbe[],
  directions: readonly (readonly Pick<ProbeEvaluation, 'first' | 'last'>[])[],
): Work {
  const work: Work = { train: 0, score: 0, decode: 0 };
  for (const probe of probes) {
    work.decode += probe.decodedTokens;
    work.score += directions.flat().filter((at) => probe.due(at)).length * probe.tokens;
  }
  return work;
}

/** Tokens behind the records that an earlier process wrote. What is drawn before training is drawn again. */
export function probeWorkDone(probes: readonly PreparedProbe[], records: ProbeRecords): Work {
  const work: Work = { train: 0, score: 0, decode: 0 };
  for (const { kind, tokens, records: perEvaluation } of probes) {
    if (kind) work.score += (tokens * records[kind].length) / perEvaluation;
  }
  return work;
}

/** Opens the probes on a session whose trainable tensors are fresh: what they draw comes from the base model. */
export async function openProbes(probes: readonly PreparedProbe[], context: RunContext): Promise<OpenProbe[]> {
  const opened: OpenProbe[] = [];
  for (const probe of probes) {
    const startedMs = context.activeMs();
    opened.push(await probe.open(context.session, context.signal));
    if (probe.decodedTokens > 0) context.meter.add('decode', probe.decodedTokens, context.activeMs() - startedMs);
  }
  return opened;
}

/** Every probe of these kinds that is due at this evaluation, from wherever its records say it stopped. */
export async function measureProbes(
  context: RunContext,
  { direction, epoch, step, first, last }: ProbeEvaluation,
  kinds: readonly ProbeKind[] = PROBE_KINDS,
): Promise<void> {
  const { prepared, probes } = context;
  for (const [index, probe] of prepared.probes.entries()) {
    if (probe.kind === null || !kinds.includes(probe.kind) || !probe.due({ first, last })) continue;
    context.report(`Measuring ${WORDS[probe.kind]}`);
    await probes[index]!.measure(runOf(context, { direction, epoch, step }));
  }
}

type ProbeKind = keyof typeof WORDS;
const WORDS = { embeddings: 'vectors of terms and identifiers', canaries: 'canaries', language: 'texts never trained' };

const PROBE_KINDS = Object.keys(WORDS) as ProbeKind[];

function runOf(context: RunContext, moment: ProbeMoment): ProbeRun {
  const here = ({ direction, step }: ProbeMoment) => direction === moment.direction && step === moment.step;
  const { embeddings, canaries, language } = context.probeRecords;
  let sinceMs = context.activeMs();
  return {
    session: context.session,
    moment,
    done: { embeddings: embeddings.filter(here), canaries: canaries.filter(here), language: language.filter(here) },
    async gate() {
      await context.gate();
      sinceMs = context.activeMs();
    },
    worked(tokens) {
      context.meter.add('score', tokens, context.activeMs() - sinceMs);
      sinceMs = context.activeMs();
    },
    async emit(kind, records, files = []) {
      (context.probeRecords[kind] as unknown[]).push(...records);
      await context.emit({ kind: 'probes', probe: kind, records, files } as Parameters<RunContext['emit']>[0]);
    },
  };
}
