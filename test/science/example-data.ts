/** The data of the documentation's examples: seeded, small, made up. */
import { PhiloxSequence } from '../../src/core/philox';
import { factKey } from '../../src/core/direction';
import type { TrialRecord } from '../../src/records';
import { normal, simulateStudy } from './simulate';

export interface Examples {
  time: number[];
  event: number[];
  latent: number[];
  popularity: number[];
  trials: TrialRecord[];
  /** One class tight, one wide, around the same centre; `partners` are near them. */
  vectors: number[][];
  partners: number[][];
  truth: boolean[];
}

export function examples(): Examples {
  const draws = new PhiloxSequence(42, 99);
  const study = simulateStudy(
    { facts: 240, epochs: 20, latentShare: 0.25, hazardRatio: 2.6, baselineHazard: 1.6 },
    draws,
  );
  const popularity = study.time.map((epoch) => Number((normal(draws) - 0.02 * epoch).toFixed(2)));
  const truth = Array.from({ length: 60 }, (_, i) => i < 30);
  const vectors = truth.map((tight) =>
    Array.from({ length: 8 }, (_, j) => Number(((j === 0 ? 3 : 0) + (tight ? 0.2 : 2) * normal(draws)).toFixed(3))),
  );
  const partners = vectors.map((row) => row.map((value) => Number((value + 0.5 * normal(draws)).toFixed(3))));
  return { ...study, popularity, trials: lives(study), vectors, partners, truth };
}

/** Trials of the first forty facts: right from their event on, now and then forgotten. */
function lives({ time, event, latent }: { time: number[]; event: number[]; latent: number[] }): TrialRecord[] {
  return Array.from({ length: 40 }, (_, i) =>
    Array.from({ length: 21 }, (_, epoch): TrialRecord => {
      const right = event[i] === 1 && epoch >= time[i]! && !(i % 6 === 0 && epoch > time[i]! + 3);
      const identifier = `XX:${String(i).padStart(4, '0')}`;
      return {
        fact: factKey(identifier, 'term-to-id'),
        identifier,
        term: `finding ${i}`,
        direction: 'term-to-id',
        seen: true,
        stratum: i % 20,
        epoch,
        step: 10 * epoch,
        template: 'held-out',
        tokens: 4,
        tokenHit: right,
        tokensRight: right ? 4 : 1,
        answerHit: right,
        outcome: right ? 'right' : 'wrong',
        digitsRight: null,
        answer: right ? identifier : '',
        logProb: right ? -0.1 : -6,
        logQ: right ? -0.1 : -6,
        sampled: epoch === 0 ? { samples: 20, answerHits: latent[i]!, tokenHits: 0 } : null,
      };
    }),
  ).flat();
}
