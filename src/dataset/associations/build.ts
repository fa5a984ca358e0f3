/**
 * A data set of true and false statements from a file of associations.
 *
 * Promises: a pure function of its arguments; the same seed gives the same data set whatever the order of the rows. No text
 * comes twice, none is both true and false or in both parts, no false statement is an association of the source.
 * Must not know: prompts, tokens, models, statistics.
 */
import { LabError } from '../../core/errors';
import { sha256Hex } from '../../core/hash';
import { canonicalJson } from '../../core/json';
import { PhiloxSequence, STREAM } from '../../core/philox';
import type { Associations } from '../../ontology/types';
import { compareText } from '../candidates';
import { associationGraph, type AssociationGraph, type Edge } from './graph';
import { falseStatements } from './negatives';
import { headNoun } from './object-class';
import type { Cell } from './request';
import { cellsOf, holdOut, partOf, stratifiedTest, type HeldOut, type Part } from './split';
import type { AssociationDataset, AssociationOptions, Statement } from './types';

const SUBSTREAM_ORDER = 8_000_010;

interface Judged extends Edge {
  truth: boolean;
  part: Part;
}

/** Throws `too-few-terms` if nothing is left to state or a part is empty, `spec-invalid` for shares that are none. */
export function associationDataset(source: Associations, options: AssociationOptions): AssociationDataset {
  const { negatives, negativesPerPositive = 1, split, order = 'within-parts', seed } = options;
  if (!Number.isInteger(negativesPerPositive) || negativesPerPositive < 1) {
    throw new LabError('spec-invalid', `${negativesPerPositive} false statements for each true one cannot be made.`, {
      hint: 'Give a whole number from 1.',
    });
  }
  const graph = associationGraph(source, options.evidence ?? null);
  const heldOut = holdOut(graph, split, seed);
  const classes = graph.objects.map(options.objectClass ?? headNoun);
  const taken = new Set<number>();
  const makeFalse = (cell: Cell, index: number) =>
    falseStatements(graph, cell, negatives, {
      perPositive: negativesPerPositive,
      seed,
      index,
      classOf: (object) => classes[object]!,
      taken,
    });
  const judged =
    order === 'pooled'
      ? pooled(graph, options, heldOut, makeFalse)
      : cellsOf(graph, split, heldOut, seed).flatMap(({ part, cell }, index) => [
          ...judge(cell.positives, true, part),
          // Statements of neither part are not made up.
          ...(part === 'neither' ? [] : judge(makeFalse(cell, index), false, part)),
        ]);

  const draws = new PhiloxSequence(seed, STREAM.shuffle, SUBSTREAM_ORDER);
  const inPart = (part: Part) => judged.filter((one) => one.part === part);
  const statements = (part: 'train' | 'test') => draws.shuffle(inPart(part).map((one) => statement(graph, one)));
  const neither = inPart('neither');
  const bases = order === 'pooled' ? graph.positives.length : graph.positives.length - neither.length;
  const content = {
    train: statements('train'),
    test: statements('test'),
    negatives,
    order,
    split,
    counts: {
      rows: source.rows.length,
      otherEvidence: graph.otherEvidence,
      repeated: graph.repeated,
      sameText: graph.sameText,
      positives: graph.positives.length,
      negativesAsked: bases * negativesPerPositive,
      negativesMade: judged.filter(({ truth }) => !truth).length,
      inNeitherPart: neither.length,
    },
    heldOut: {
      subjects: [...heldOut.subjects].map((index) => graph.subjects[index]!.id).sort(compareText),
      objects: [...heldOut.objects].map((index) => graph.objects[index]!.id).sort(compareText),
    },
  };
  requireParts(content);
  return { ...content, hash: sha256Hex(canonicalJson(content)) };
}

function pooled(
  graph: AssociationGraph,
  { split, seed }: AssociationOptions,
  heldOut: HeldOut,
  makeFalse: (cell: Cell, index: number) => Edge[],
): Judged[] {
  const everything: Cell = {
    subjects: graph.subjects.map((_, index) => index),
    objects: graph.objects.map((_, index) => index),
    positives: graph.positives,
  };
  const groups = [graph.positives, makeFalse(everything, 0)];
  if (split.kind === 'entity-held-out') {
    return groups.flatMap((group, g) =>
      group.map((edge) => ({ ...edge, truth: g === 0, part: partOf(edge, heldOut, split.test) })),
    );
  }
  const tested = stratifiedTest(
    groups.map((group) => group.length),
    split.testShare,
    seed,
  );
  return groups.flatMap((group, g) =>
    group.map((edge, index) => ({ ...edge, truth: g === 0, part: tested[g]!.has(index) ? 'test' : 'train' })),
  );
}

function judge(edges: readonly Edge[], truth: boolean, part: Part): Judged[] {
  return edges.map((edge) => ({ ...edge, truth, part }));
}

function statement({ subjects, objects }: AssociationGraph, { subject, object, truth }: Judged): Statement {
  const { id: subjectId, label: subjectLabel } = subjects[subject]!;
  const { id: objectId, label: objectLabel } = objects[object]!;
  const text = `${subjectLabel} is associated with ${objectLabel}`;
  return { subjectId, subjectLabel, objectId, objectLabel, text, truth };
}

function requireParts({ train, test, counts, split }: Omit<AssociationDataset, 'hash'>): void {
  const wantsTest = split.kind !== 'stratified' || split.testShare > 0;
  const empty = train.length === 0 ? 'training' : test.length === 0 && wantsTest ? 'test' : null;
  if (empty === null) return;
  throw new LabError('too-few-terms', `The ${empty} part is empty: ${counts.positives} associations were split.`, {
    hint: 'Choose a file with more associations, or other shares for the split.',
  });
}
