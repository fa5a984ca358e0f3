/** Pairs and their split. Pure. */

/** Measures of a pair that need no model, by name: lexicalization, corpus counts, … null where unknown. */
export type Covariates = Readonly<Record<string, number | null>>;

export interface Pair {
  identifier: string;
  term: string;
  /** Every string that counts as the term's name here (label; synonyms if asked). */
  acceptedTerms: string[];
  acceptedIdentifiers: string[];
  /** What the pair belongs to, for entity-held-out splits (a branch, a gene family, a user's column); null where unknown. */
  entity: string | null;
  /** Popularity; null when unknown. */
  count: number | null;
  /** 0-based rank by count, descending; ties by a seeded draw. */
  rank: number;
  /** Rank bin, 0 = most annotated. */
  stratum: number;
  covariates: Covariates;
}

export const SPLIT_DESIGNS = ['rank-bins', 'random', 'top-k', 'entity-held-out'] as const;
export type SplitDesign = (typeof SPLIT_DESIGNS)[number];

/** A bin that could not give what was asked of it, and what was done. */
export interface Shortfall {
  bin: number;
  holds: number;
  askedSeen: number;
  askedWithheld: number;
  gaveSeen: number;
  gaveWithheld: number;
}

export interface Dataset {
  design: SplitDesign;
  seen: Pair[];
  withheld: Pair[];
  /** Pairs that are never scored and never trained on: in-context examples come from here. */
  examples: Pair[];
  bins: number;
  /** Live terms the draw was made from. */
  universe: number;
  popularity: 'counts' | 'column' | 'none';
  shortfalls: Shortfall[];
  /** Content hash over everything above. */
  hash: string;
}
