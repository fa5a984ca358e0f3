/**
 * The draw: pairs for training, disjoint pairs withheld from it, and examples that are in neither.
 *
 * Promises: a pure function of its arguments; the same seed gives the same data set whatever the order of the candidates.
 * No identifier, and no label, stands in two parts. Examples are drawn last: asking for them changes neither part, but
 * with whole entities held out, where they need room among the entities that are not.
 * Must not know: prompts, tokens, models.
 */
import { LabError } from '../core/errors';
import { sha256Hex } from '../core/hash';
import { canonicalJson } from '../core/json';
import type { Candidate } from './candidates';
import { covariatesOf, type BarePair, type CovariateTable, type PairMeasures } from './covariates';
import { DESIGNS, drawExamples, type Placed } from './designs';
import { popularityOf, type Popularity } from './popularity';
import { binOf } from './quota';
import { rankCandidates } from './rank';
import type { Dataset, Pair, SplitDesign } from './types';

export interface DrawOptions {
  candidates: readonly Candidate[];
  /** Default `rank-bins`. */
  design?: SplitDesign;
  popularity: Popularity;
  bins: number;
  seen: number;
  withheld: number;
  /** Pairs that are never scored and never trained on. Default 0. */
  examples?: number;
  seed: number;
  /** Numbers per identifier, carried on every pair under their names. */
  covariates?: readonly CovariateTable[];
  /** Numbers computed from the pair, carried along with them. */
  measures?: PairMeasures;
}

export interface Draw {
  dataset: Dataset;
  /** Everything that could have been drawn, in order of rank. */
  universe: BarePair[];
}

/**
 * Throws `too-few-terms`; `table-malformed` for popularity or covariates that are no numbers or name none of the
 * identifiers; `spec-invalid` for a design without what it needs.
 */
export function draw(options: DrawOptions): Draw {
  const { candidates, design = 'rank-bins', popularity, bins, seen, withheld, examples = 0, seed } = options;
  const popularityOfOne = popularityOf(candidates, popularity);
  // A pair of unknown entity could belong to any that is held out.
  const eligible = design === 'entity-held-out' ? candidates.filter(({ entity }) => entity !== null) : candidates;
  const ranked = rankCandidates(eligible, popularityOfOne, seed);
  requireEnough({ candidates: candidates.length, eligible: eligible.length, universe: ranked.length }, options);

  const placed: Placed[] = ranked.map((one) => ({ ...one, stratum: binOf(one.rank, ranked.length, bins) }));
  const ask = { bins, seen, withheld, examples, seed };
  const split = DESIGNS[design](placed, ask);
  const covariates = covariatesOf(candidates, options.covariates ?? [], options.measures);
  const finish = (part: Placed[]): Pair[] =>
    part
      .sort((a, b) => a.rank - b.rank)
      .map((one) => {
        const pair = barePair(one);
        return { ...pair, covariates: covariates(one, pair) };
      });
  const content = {
    design,
    seen: finish(split.seen),
    withheld: finish(split.withheld),
    examples: finish(drawExamples(split.spare, ask)),
    bins,
    universe: ranked.length,
    popularity: popularity.kind,
    shortfalls: split.shortfalls,
  };
  return { dataset: { ...content, hash: sha256Hex(canonicalJson(content)) }, universe: placed.map(barePair) };
}

function barePair(one: Placed): BarePair {
  const { identifier, term, acceptedTerms, acceptedIdentifiers, entity, count, rank, stratum } = one;
  return { identifier, term, acceptedTerms, acceptedIdentifiers, entity, count, rank, stratum };
}

function requireEnough(
  has: { candidates: number; eligible: number; universe: number },
  { seen, withheld, examples = 0 }: DrawOptions,
): void {
  const asked = seen + withheld + examples;
  const { candidates, eligible, universe } = has;
  if (asked <= universe) return;
  const shared = eligible - universe;
  const stray = candidates - eligible;
  const asides = [
    ...(shared === 0 ? [] : [`${shared} more share${shared === 1 ? 's' : ''} a label or identifier with one of them`]),
    ...(stray === 0 ? [] : [`${stray} more belong${stray === 1 ? 's' : ''} to no entity`]),
  ];
  throw new LabError(
    'too-few-terms',
    `${asked} pairs are asked for (${seen} seen + ${withheld} withheld` +
      (examples === 0 ? '' : ` + ${examples} examples`) +
      `), but the ontology has ${universe} live term${universe === 1 ? '' : 's'} to ask` +
      (asides.length === 0 ? '.' : ` (${asides.join('; ')}).`),
    {
      hint:
        universe < 2 + examples
          ? 'Choose a larger ontology.'
          : `Lower the seen and withheld pairs to ${universe - examples} together, or choose a larger ontology.`,
      control: seen >= withheld ? 'sampling.seen' : 'sampling.withheld',
    },
  );
}
