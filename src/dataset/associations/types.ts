/** True and false statements about associations of two things, and how they are split. Pure data. */
import type { Association } from '../../ontology/types';

/**
 * Where false statements come from.
 *
 * random: any subject with any object, uniformly. Frequent subjects and objects are then nearly always true, so a model
 * that knows nothing but frequencies scores far above chance: see `degree-baseline`.
 * same-subject: each true statement's subject with another object, drawn in proportion to how often objects occur.
 * same-object-class: each true statement's subject with another object of the same class as its object.
 * degree-matched: every subject and every object occurs in exactly as many false statements as in true ones.
 */
export const NEGATIVE_KINDS = ['random', 'same-subject', 'same-object-class', 'degree-matched'] as const;
export type NegativeKind = (typeof NEGATIVE_KINDS)[number];

export type AssociationSplit =
  /** A share of the statements, the same of true and false ones, is the test part. */
  | { kind: 'stratified'; testShare: number }
  /**
   * Shares of the subjects and of the objects are held out. `touching`: statements with any held-out entity are the test
   * part. `both`: only those whose two entities are held out; statements with one of them are in neither part.
   */
  | { kind: 'entity-held-out'; subjectShare: number; objectShare: number; test: 'touching' | 'both' };

export interface AssociationOptions {
  /** Only associations with at least one of these kinds of evidence are true statements. Null: all. */
  evidence?: readonly string[] | null;
  negatives: NegativeKind;
  /** False statements for each true one. Default 1. */
  negativesPerPositive?: number;
  split: AssociationSplit;
  /**
   * `within-parts` (default): true statements are split first, and false ones made within each part, so that a part's false
   * statements match its own true ones. `pooled`: false statements are made from all true ones and everything is split
   * then, as the published comparison does.
   */
  order?: 'within-parts' | 'pooled';
  /** Class of an object for `same-object-class`; null for none. Default: `headNoun` of its label. */
  objectClass?: (object: { id: string; label: string }) => string | null;
  seed: number;
}

export interface Statement extends Omit<Association, 'evidence'> {
  /** `{subject} is associated with {object}`. */
  text: string;
  truth: boolean;
}

export interface AssociationDataset {
  /** In seeded order. */
  train: Statement[];
  test: Statement[];
  negatives: NegativeKind;
  order: 'within-parts' | 'pooled';
  split: AssociationSplit;
  counts: {
    /** Associations read. */
    rows: number;
    /** Left out because their evidence is of another kind. */
    otherEvidence: number;
    /** Left out because the same two identifiers stood in an earlier row. */
    repeated: number;
    /** Left out because other identifiers have the same two names, so that the texts would be equal. */
    sameText: number;
    /** True statements after that. */
    positives: number;
    /** False statements asked for and made; the difference could not be made without repeating or stating something true. */
    negativesAsked: number;
    negativesMade: number;
    /** Statements that are in neither part, because one of their entities is held out and the other is not. */
    inNeitherPart: number;
  };
  heldOut: { subjects: string[]; objects: string[] };
  /** Content hash over everything above. */
  hash: string;
}
