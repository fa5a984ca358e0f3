/**
 * Runs that differ in one factor only: a level of it beside the reference, seed by seed.
 *
 * Promises: both runs of a couple have the same seed and the same levels of every other factor. Must not know: what is
 * compared.
 */
import type { RunDigest } from '../digest';
import { ALL_RUNS, type PooledRuns } from './types';

export interface Couple {
  run: RunDigest;
  reference: RunDigest;
}

export interface LevelPairs {
  /** `all runs`, or the levels of the other factors at which they are compared. */
  point: string;
  /** `factor=level`. */
  term: string;
  /** Several of a seed where the other factors' levels are taken together. */
  seeds: { seed: number; couples: Couple[] }[];
  /** Runs that stand in some couple. */
  runs: number;
}

/** Each level but the first of each factor; where there are several factors, at each level of the others too. */
export function levelPairs({ runs, factors }: PooledRuns): LevelPairs[] {
  return factors.flatMap((factor) => {
    const others = factors.filter(({ name }) => name !== factor.name);
    const otherLevels = ({ levels }: RunDigest) => others.map(({ name }) => `${name}=${levels[name]}`).join(', ');
    return factor.levels.slice(1).flatMap((level) => {
      const couples = runs.flatMap((run): (Couple & { at: string })[] => {
        if (run.levels[factor.name] !== level) return [];
        const at = otherLevels(run);
        const reference = runs.find(
          (other) =>
            other.seed === run.seed && other.levels[factor.name] === factor.levels[0] && otherLevels(other) === at,
        );
        return reference ? [{ run, reference, at }] : [];
      });
      const term = `${factor.name}=${level}`;
      const places = others.length === 0 ? [] : [...new Set(couples.map(({ at }) => at))];
      return [
        paired(ALL_RUNS, term, couples),
        ...places.map((place) => paired(place, term, couples.filter(({ at }) => at === place))),
      ]; // prettier-ignore
    });
  });
}

function paired(point: string, term: string, couples: readonly Couple[]): LevelPairs {
  const seeds = [...new Set(couples.map(({ run }) => run.seed))].map((seed) => ({
    seed,
    couples: couples.filter(({ run }) => run.seed === seed),
  }));
  const runs = new Set(couples.flatMap(({ run, reference }) => [run.run, reference.run])).size;
  return { point, term, seeds, runs };
}
