/** Pairs and their split. Pure. */
export interface Pair {
  identifier: string;
  term: string;
  /** Every string that counts as the term's name here (label; synonyms if asked). */
  acceptedTerms: string[];
  acceptedIdentifiers: string[];
  /** Annotation count; null when popularity is unknown. */
  count: number | null;
  /** 0-based rank by count, descending; ties by a seeded draw. */
  rank: number;
  /** Rank bin, 0 = most annotated. */
  stratum: number;
}

export interface Dataset {
  seen: Pair[];
  withheld: Pair[];
  bins: number;
  /** Live terms the draw was made from. */
  universe: number;
  popularity: 'counts' | 'none';
  /** Content hash over everything above. */
  hash: string;
}
