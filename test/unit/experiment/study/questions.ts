/** The second simulation of test/golden/study.json as records: both directions, withheld and rehearsed facts, samples. */
import { factKey, type Direction } from '../../../../src/core/direction';
import type { FactRecord, TrialRecord } from '../../../../src/records';
import { golden, type Model, type SimulatedRun } from './simulated';

interface Line {
  kind: string;
  point: string;
  direction: Direction | 'both';
  set: string;
  measure: string;
  value: number[];
}

interface Asked {
  last: number;
  samples: number;
  run: string[];
  arm: string[];
  seed: number[];
  fact: number[];
  direction: Direction[];
  set: string[];
  exposures: number[];
  logQ: number[];
  hit: number[];
  token: number[];
  time: number[];
  event: number[];
  rise: number[];
  lines: (Omit<Line, 'value'> & { value: number[] | number[][] })[];
  directionA: Model;
  directions: Model;
}

export const asked = (golden as unknown as { questions: Asked }).questions;

export function linesOf(kind: string): Line[] {
  return asked.lines.filter((line) => line.kind === kind) as Line[];
}

export function askedRuns(): SimulatedRun[] {
  return [...new Set(asked.run)].map((run) => {
    const rows = asked.run.flatMap((own, i) => (own === run ? [i] : []));
    const arm = asked.arm[rows[0]!]!;
    return {
      run,
      seed: asked.seed[rows[0]!]!,
      point: `arm=${arm}`,
      levels: { arm },
      steps: [{ rehearsed: rows.filter((i) => asked.set[i] === 'rehearsed').map(keyOf) }],
      facts: rows.map(factOf),
      trials: rows.flatMap((i) => Array.from({ length: asked.last + 1 }, (_, epoch) => trialOf(i, epoch))),
    };
  });
}

const identifierOf = (i: number) => `XX:${String(asked.fact[i]).padStart(4, '0')}`;
const keyOf = (i: number) => factKey(identifierOf(i), asked.direction[i]!);

function common(i: number) {
  return {
    fact: keyOf(i),
    identifier: identifierOf(i),
    term: `term ${asked.fact[i]}`,
    direction: asked.direction[i]!,
    seen: asked.set[i] === 'seen',
    stratum: 0,
  };
}

function factOf(i: number): FactRecord {
  const exposures = asked.exposures[i]!;
  return {
    ...common(i),
    entity: null,
    count: exposures,
    rank: asked.fact[i]!,
    promptTokens: 5,
    answerTokens: 4,
    // As terms.tsv rounds them.
    covariates: { exposures: Number(Math.log2(1 + exposures).toFixed(6)) },
  };
}

function trialOf(i: number, epoch: number): TrialRecord {
  const changed = asked.event[i] === 1 && epoch >= asked.time[i]!;
  const right = (asked.hit[i] === 1) !== changed;
  const logQ = asked.logQ[i]! + (epoch === asked.last ? asked.rise[i]! : 0);
  const hits = asked.token[i]!;
  return {
    ...common(i),
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
    answer: right ? 'right' : '?',
    logProb: logQ,
    logQ,
    sampled: epoch === 0 ? { samples: asked.samples, answerHits: hits, tokenHits: hits } : null,
  };
}
