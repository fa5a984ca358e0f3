/**
 * Licences of ontologies that Ontoscope knows, and whether a bundle under them holds the pairs' texts.
 *
 * Promises: one table, read from top to bottom; what is not in it is named as unknown, never guessed at. A default is
 * no legal advice: whoever shares a bundle chooses. Must not know: bundles, hosts.
 */

/** `left-out`: names and identifiers of the ontology do not travel, only what was measured on them. */
export type PairTexts = 'kept' | 'left-out';

interface KnownLicence {
  name: string;
  /** In the licence that the ontology's header states. */
  pattern: RegExp;
  /** Terminologies that stand under it where their header says nothing that is known. */
  terminologies?: readonly string[];
  pairs: PairTexts;
  why: string;
}

const LICENCES: readonly KnownLicence[] = [
  {
    name: 'HPO licence',
    pattern: /hpo\.jax\.org|human-phenotype-ontology/i,
    terminologies: ['hpo'],
    pairs: 'left-out',
    why: 'it forbids altered copies, and a draw of pairs is not the whole',
  },
  {
    name: 'Creative Commons without derivatives',
    pattern: /\bby(-nc)?-nd\b|\bCC[ -]BY[ -](NC[ -])?ND\b|no[ -]?deriv/i,
    pairs: 'left-out',
    why: 'it forbids altered copies, and a draw of pairs is not the whole',
  },
  {
    name: 'SNOMED CT',
    pattern: /snomed/i,
    pairs: 'left-out',
    why: 'its names and codes may be given to licensees only',
  },
  {
    name: 'MedDRA',
    pattern: /meddra/i,
    pairs: 'left-out',
    why: 'its names and codes may be given to subscribers only',
  },
  {
    name: 'UMLS',
    pattern: /\bUMLS\b|uts\.nlm\.nih\.gov/i,
    pairs: 'left-out',
    why: 'its names and codes may be given to licensees only',
  },
  {
    name: 'all rights reserved',
    pattern: /all rights reserved/i,
    pairs: 'left-out',
    why: 'it names nothing that may be passed on',
  },
  {
    name: 'public domain',
    pattern: /publicdomain|public domain|\bCC[ -]?0\b/i,
    pairs: 'kept',
    why: 'its content may be passed on',
  },
  {
    name: 'Creative Commons, not for commerce',
    pattern: /\bby-nc\b|\bby-nc-sa\b|\bCC[ -]BY[ -]NC\b/i,
    pairs: 'kept',
    why: 'its content may be passed on with attribution, for no commercial use',
  },
  {
    name: 'Creative Commons, share alike',
    pattern: /\bby-sa\b|\bCC[ -]BY[ -]SA\b/i,
    pairs: 'kept',
    why: 'its content may be passed on with attribution, under the same licence',
  },
  {
    name: 'Creative Commons Attribution',
    pattern: /creativecommons\.org\/licenses\/by\/|\bCC[ -]BY\b/i,
    pairs: 'kept',
    why: 'its content may be passed on with attribution',
  },
  {
    name: 'CTD terms',
    pattern: /ctdbase\.org/i,
    pairs: 'kept',
    why: 'its content may be used with citation; publications of it are to be announced to CTD',
  },
];

export interface PairPolicy {
  /** Of the table; null where the licence is not in it. */
  known: string | null;
  /** What a bundle does where nobody says otherwise. */
  pairs: PairTexts;
  /** Half a sentence. */
  why: string;
}

/** What a bundle of a run on this ontology does with its pairs where nobody says otherwise, and why. */
export function pairPolicy({ licence, terminology }: { licence: string | null; terminology: string }): PairPolicy {
  const found =
    LICENCES.find(({ pattern }) => licence !== null && pattern.test(licence)) ??
    LICENCES.find(({ terminologies }) => terminologies?.includes(terminology));
  if (found) return { known: found.name, pairs: found.pairs, why: found.why };
  const why =
    licence === null
      ? 'the file names no licence: ask its publisher before you pass names on'
      : 'Ontoscope does not know this licence: read it before you pass names on';
  return { known: null, pairs: 'kept', why };
}
