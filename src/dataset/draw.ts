/**
 * The frequency-balanced draw: pairs for training and disjoint pairs withheld from it, equally many per rank bin.
 *
 * Promises: a pure function of its arguments; the same seed gives the same data set whatever the order of the terms in the file.
 * No pair, and no label, stands in both parts. Within a bin the seen pairs are taken from the front of one seeded order and the
 * withheld pairs from its back: as long as numbers are multiples of the bins, asking for more of one part keeps what was drawn.
 * Must not know: prompts, tokens, models.
 */
import { LabError } from '../core/errors';
import { sha256Hex } from '../core/hash';
import { canonicalJson } from '../core/json';
import { PhiloxSequence, STREAM } from '../core/philox';
import type { Ontology } from '../ontology/types';
import { candidatesFrom, type Candidate } from './candidates';
import { binOf, fitQuotas } from './quota';
import { rankCandidates } from './rank';
import type { Dataset, Pair } from './types';

export interface DrawOptions {
  /** Counts per identifier; identifiers without one count 0. Null: popularity is unknown, the rank is a draw. */
  counts: ReadonlyMap<string, number> | null;
  bins: number;
  seen: number;
  withheld: number;
  seed: number;
  /** Exact synonyms count as right names, too. Default false. Used with `ontology` only. */
  acceptSynonyms?: boolean;
}

export type DrawSource = { ontology: Ontology } | { pairs: readonly Candidate[] };

/** Throws `too-few-terms`, and `table-malformed` when the counts name none of the identifiers. */
export function drawDataset(options: DrawSource & DrawOptions): Dataset {
  const { counts, bins, seen, withheld, seed } = options;
  const candidates =
    'pairs' in options
      ? options.pairs
      : candidatesFrom(options.ontology, { acceptSynonyms: options.acceptSynonyms ?? false });
  checkCounts(candidates, counts);
  const ranked = rankCandidates(candidates, counts, seed);
  checkEnough(candidates.length, ranked.length, seen, withheld);

  const members: Pair[][] = Array.from({ length: bins }, () => []);
  for (const { identifier, term, acceptedTerms, acceptedIdentifiers, count, rank } of ranked) {
    const stratum = binOf(rank, ranked.length, bins);
    members[stratum]!.push({ identifier, term, acceptedTerms, acceptedIdentifiers, count, rank, stratum });
  }
  const quotas = fitQuotas(
    members.map((bin) => bin.length),
    seen,
    withheld,
  );
  const drawn = members.map((bin, b) => new PhiloxSequence(seed, STREAM.split, b).shuffle(bin));
  const content = {
    seen: byRank(drawn.flatMap((bin, b) => bin.slice(0, quotas.seen[b]))),
    withheld: byRank(drawn.flatMap((bin, b) => bin.slice(bin.length - quotas.withheld[b]!))),
    bins,
    universe: ranked.length,
    popularity: counts === null ? ('none' as const) : ('counts' as const),
  };
  return { ...content, hash: sha256Hex(canonicalJson(content)) };
}

function byRank(pairs: Pair[]): Pair[] {
  return pairs.sort((a, b) => a.rank - b.rank);
}

/** Counts that name none of the identifiers are another ontology's, or the wrong column. */
function checkCounts(candidates: readonly Candidate[], counts: ReadonlyMap<string, number> | null): void {
  if (counts === null || candidates.length === 0 || candidates.some(({ identifier }) => counts.has(identifier))) return;
  const counted = counts.keys().next().value;
  throw new LabError(
    'table-malformed',
    `None of the ${candidates.length} identifiers of the ontology (such as "${candidates[0]!.identifier}") has a count` +
      (counted === undefined ? '.' : `; the counts are of identifiers such as "${counted}".`),
    { hint: 'Choose counts of the same ontology, and name their identifier column.', control: 'ontology.counts' },
  );
}

function checkEnough(candidates: number, universe: number, seen: number, withheld: number): void {
  const asked = seen + withheld;
  if (asked <= universe) return;
  const shared = candidates - universe;
  throw new LabError(
    'too-few-terms',
    `${asked} pairs are asked for (${seen} seen + ${withheld} withheld), but the ontology has ${universe} live ` +
      `term${universe === 1 ? '' : 's'} to ask` +
      (shared === 0 ? '.' : ` (${shared} more share${shared === 1 ? 's' : ''} a label with one of them).`),
    {
      hint:
        universe < 2
          ? 'Choose a larger ontology.'
          : `Lower sampling.seen and sampling.withheld to ${universe} together, or choose a larger ontology.`,
      control: seen >= withheld ? 'sampling.seen' : 'sampling.withheld',
    },
  );
}
