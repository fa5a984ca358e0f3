/**
 * How ranked candidates are split into seen and withheld ones: one function for each design.
 *
 * rank-bins: the same number from every rank bin; seen pairs from the front of one seeded order of the bin, withheld pairs
 * from its back, so that asking for more of one part keeps what was drawn (as long as numbers are multiples of the bins).
 * random: the same from one seeded order of all.
 * top-k: the seen + withheld most popular candidates, cut into runs of neighbours in rank, as many as the smaller part has
 * pairs; a seeded draw deals each run out, so both parts are equally popular. With equal parts: pairs, and a coin each.
 * entity-held-out: see `entities`.
 *
 * Demands that there are at least seen + withheld + examples candidates. Must not know: prompts, covariates.
 */
import { LabError } from '../core/errors';
import { PhiloxSequence, STREAM } from '../core/philox';
import { holdOutEntities } from './entities';
import { evenQuota, fitQuota, fitQuotas } from './quota';
import type { Ranked } from './rank';
import type { Shortfall, SplitDesign } from './types';

export type Placed = Ranked & { stratum: number };

export interface Ask {
  bins: number;
  seen: number;
  withheld: number;
  examples: number;
  seed: number;
}

export interface Split {
  seen: Placed[];
  withheld: Placed[];
  /** Candidates in neither part that may serve as examples. */
  spare: Placed[];
  shortfalls: Shortfall[];
}

/** Substreams of `STREAM.split`; rank bins take 0, 1, 2, … */
const SUBSTREAM = {
  random: 1_000_000,
  topK: 1_000_001,
  seenSide: 2_000_000,
  withheldSide: 3_000_000,
  spare: 4_000_000,
};

export const DESIGNS: Record<SplitDesign, (ranked: readonly Placed[], ask: Ask) => Split> = {
  'rank-bins': (ranked, { bins, seen, withheld, seed }) => {
    const members = byStratum(ranked, bins);
    const sizes = members.map((bin) => bin.length);
    const given = fitQuotas(sizes, seen, withheld);
    const drawn = members.map((bin, b) => shuffled(bin, seed, b));
    return split(
      ranked,
      drawn.flatMap((bin, b) => bin.slice(0, given.seen[b])),
      drawn.flatMap((bin, b) => bin.slice(bin.length - given.withheld[b]!)),
      shortfallsOf(sizes, seen, withheld, given),
    );
  },

  random: (ranked, { seen, withheld, seed }) => {
    const drawn = shuffled(ranked, seed, SUBSTREAM.random);
    return split(ranked, drawn.slice(0, seen), drawn.slice(drawn.length - withheld));
  },

  'top-k': (ranked, { seen, withheld, seed }) => {
    if (ranked.every(({ count }) => count === null)) throw noPopularity();
    const runs = Math.max(1, Math.min(seen, withheld));
    const quotas = { seen: evenQuota(seen, runs), withheld: evenQuota(withheld, runs) };
    const draws = new PhiloxSequence(seed, STREAM.split, SUBSTREAM.topK);
    const parts: { seen: Placed[]; withheld: Placed[] } = { seen: [], withheld: [] };
    let at = 0;
    for (let run = 0; run < runs; run++) {
      const end = at + quotas.seen[run]! + quotas.withheld[run]!;
      const dealt = draws.shuffle(ranked.slice(at, end));
      parts.seen.push(...dealt.slice(0, quotas.seen[run]));
      parts.withheld.push(...dealt.slice(quotas.seen[run]));
      at = end;
    }
    return split(ranked, parts.seen, parts.withheld);
  },

  'entity-held-out': (ranked, { bins, seen, withheld, examples, seed }) => {
    const heldOut = holdOutEntities(ranked, { seen, withheld, examples, seed });
    const side = (isHeldOut: boolean, asked: number, substream: number) => {
      const members = byStratum(
        ranked.filter(({ entity }) => heldOut.has(entity!) === isHeldOut),
        bins,
      );
      const quota = fitQuota(
        members.map((bin) => bin.length),
        asked,
      );
      return { quota, drawn: members.flatMap((bin, b) => shuffled(bin, seed, substream + b).slice(0, quota[b])) };
    };
    const known = side(false, seen, SUBSTREAM.seenSide);
    const unknown = side(true, withheld, SUBSTREAM.withheldSide);
    const sizes = byStratum(ranked, bins).map((bin) => bin.length);
    const given = { seen: known.quota, withheld: unknown.quota };
    const result = split(ranked, known.drawn, unknown.drawn, shortfallsOf(sizes, seen, withheld, given));
    // An example of an entity that is held out would tell of it in the prompt.
    return { ...result, spare: result.spare.filter(({ entity }) => !heldOut.has(entity!)) };
  },
};

/** `asked` of the spare candidates, evenly over the bins as far as these have any. Demands asked ≤ spare. */
export function drawExamples(spare: readonly Placed[], { bins, examples, seed }: Ask): Placed[] {
  const members = byStratum(spare, bins);
  const quota = fitQuota(
    members.map((bin) => bin.length),
    examples,
  );
  return members.flatMap((bin, b) => shuffled(bin, seed, SUBSTREAM.spare + b).slice(0, quota[b]));
}

function byStratum(placed: readonly Placed[], bins: number): Placed[][] {
  const members: Placed[][] = Array.from({ length: bins }, () => []);
  for (const one of placed) members[one.stratum]!.push(one);
  return members;
}

function shuffled(placed: readonly Placed[], seed: number, substream: number): Placed[] {
  return new PhiloxSequence(seed, STREAM.split, substream).shuffle([...placed]);
}

function split(ranked: readonly Placed[], seen: Placed[], withheld: Placed[], shortfalls: Shortfall[] = []): Split {
  const taken = new Set([...seen, ...withheld]);
  return { seen, withheld, spare: ranked.filter((one) => !taken.has(one)), shortfalls };
}

/** Bins that gave less than an even spread asks of them. */
function shortfallsOf(
  sizes: readonly number[],
  seen: number,
  withheld: number,
  given: { seen: number[]; withheld: number[] },
): Shortfall[] {
  const asked = { seen: evenQuota(seen, sizes.length), withheld: evenQuota(withheld, sizes.length) };
  return sizes
    .map((holds, bin) => ({
      bin,
      holds,
      askedSeen: asked.seen[bin]!,
      askedWithheld: asked.withheld[bin]!,
      gaveSeen: given.seen[bin]!,
      gaveWithheld: given.withheld[bin]!,
    }))
    .filter((row) => row.gaveSeen < row.askedSeen || row.gaveWithheld < row.askedWithheld);
}

function noPopularity(): LabError {
  return new LabError('spec-invalid', 'The design "top-k" takes the most popular terms, but no popularity is known.', {
    hint: 'Give a table of counts or a popularity column, or choose the design "random".',
    control: 'sampling.design',
  });
}
