/** The simulated runs of test/golden/study.json as records: what their facts answered at each evaluation. */
import { readFileSync } from 'node:fs';
import { factKey } from '../../../../src/core/direction';
import { digestRun, studyFactors, type RunDigest } from '../../../../src/experiment/study';
import type { FactRecord, StepRecord, TrialRecord } from '../../../../src/records';
import { parseStudy, type StudyAnalysis, type StudySpec } from '../../../../src/spec';

export interface Model {
  terms: string[];
  cox: Record<'beta' | 'se' | 'p' | 'lo' | 'hi' | 'n' | 'events', number[]>;
  /** Mean, limits and p of each term. */
  byRun: number[][];
  cloglog: { beta: number[]; se: number[] };
}

interface Golden {
  run: string[];
  seed: number[];
  arm: string[];
  fact: number[];
  time: number[];
  event: number[];
  latent: number[];
  count: number[];
  ngram: number[];
  epochs: number[];
  /** Of the arms a and b. */
  within: Model[];
  across: Model;
  accuracy: { gain: number[]; after: number[] }[];
  perRun: { run: string; after: number[]; gain: number[] }[];
  /** Kept, gainers, losers, never. */
  paired: { counts: [number, number, number, number]; interval: number[] }[];
}

export const golden = JSON.parse(
  readFileSync(new URL('../../../golden/study.json', import.meta.url), 'utf8'),
) as Golden;

/** Names of the golden's terms in a summary. */
export const TERMS: Record<string, string> = {
  armb: 'arm=b',
  latent: 'latent',
  pop: 'popularity',
  ngram: 'lexical.ngram',
};

export const study: StudySpec = parseStudy(
  {
    studyVersion: 1,
    name: 'simulated',
    groups: { arm: { a: {}, b: { 'adapter.rank': 32 } } },
    seeds: [1, 2, 3, 4],
  },
  'simulated.json',
);
export const factors = studyFactors(study, 'simulated.json');

export interface SimulatedRun {
  run: string;
  seed: number;
  point: string;
  levels: Record<string, string>;
  facts: FactRecord[];
  trials: TrialRecord[];
  steps: Pick<StepRecord, 'rehearsed'>[];
}

export function simulatedRuns(): SimulatedRun[] {
  return [...new Set(golden.run)].map((run) => {
    const rows = golden.run.flatMap((own, i) => (own === run ? [i] : []));
    const arm = golden.arm[rows[0]!]!;
    return {
      run,
      seed: golden.seed[rows[0]!]!,
      point: `arm=${arm}`,
      levels: { arm },
      steps: [],
      facts: rows.map((i) => factOf(i)),
      trials: rows.flatMap((i) =>
        Array.from({ length: golden.epochs[0]! + 1 }, (_, epoch) =>
          trialOf(i, epoch, golden.event[i] === 1 && epoch >= golden.time[i]!),
        ),
      ),
    };
  });
}

export function digests(runs: readonly SimulatedRun[] = simulatedRuns(), analysis: StudyAnalysis = study.analysis) {
  return runs.map((run): RunDigest => digestRun(run, run, analysis));
}

const direction = 'term-to-id';
const identifierOf = (i: number) => `XX:${String(golden.fact[i]).padStart(4, '0')}`;

function factOf(i: number): FactRecord {
  const identifier = identifierOf(i);
  return {
    fact: factKey(identifier, direction),
    identifier,
    term: `term ${golden.fact[i]}`,
    direction,
    seen: true,
    entity: null,
    count: golden.count[i]!,
    rank: golden.fact[i]!,
    stratum: 0,
    promptTokens: 5,
    answerTokens: 4,
    covariates: { 'lexical.ngram': golden.ngram[i]! },
  };
}

export function trialOf(i: number, epoch: number, right: boolean): TrialRecord {
  const identifier = identifierOf(i);
  return {
    fact: factKey(identifier, direction),
    identifier,
    term: `term ${golden.fact[i]}`,
    direction,
    seen: true,
    stratum: 0,
    epoch,
    step: 10 * epoch,
    template: 'held-out',
    tokens: 4,
    ranks: null,
    tokenHit: right,
    tokensRight: right ? 4 : 1,
    answerHit: right,
    outcome: right ? 'right' : 'wrong',
    digitsRight: null,
    answer: right ? identifier : '?',
    logProb: right ? -0.1 : -9,
    logQ: right ? -0.1 : -9,
    sampled: epoch === 0 ? { samples: 4, answerHits: golden.latent[i]!, tokenHits: 0 } : null,
  };
}
