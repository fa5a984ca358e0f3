/**
 * The true statements as a bipartite graph of subjects and objects, with everything that must never be called false.
 *
 * Promises: the same graph whatever the order of the rows. Two identifiers with one name are one node, because a
 * statement shows names only; an identifier with two names is one node under the first of them. All rows are known to be true, also those that are left out by
 * their evidence. Must not know: sampling, splits.
 */
import { LabError } from '../../core/errors';
import type { Association, Associations } from '../../ontology/types';
import { compareText, nameKey, oneLine } from '../candidates';

export interface Node {
  id: string;
  label: string;
}

/** A true or false statement as indices into the subjects and objects of a graph. */
export interface Edge {
  subject: number;
  object: number;
}

export interface AssociationGraph {
  /** Subjects and objects of the positives, by identifier. */
  subjects: Node[];
  objects: Node[];
  positives: Edge[];
  /** True of every association in the source. */
  isKnown(subject: number, object: number): boolean;
  otherEvidence: number;
  repeated: number;
  sameText: number;
}

/** Throws `too-few-terms` if no row has the evidence asked for. */
export function associationGraph(source: Associations, evidence: readonly string[] | null): AssociationGraph {
  const rows = [...source.rows].sort(
    (a, b) =>
      compareText(a.subjectId, b.subjectId) ||
      compareText(a.objectId, b.objectId) ||
      compareText(a.subjectLabel, b.subjectLabel) ||
      compareText(a.objectLabel, b.objectLabel),
  );
  const chosen = rows.filter((row) => evidence === null || row.evidence.some((kind) => evidence.includes(kind)));
  if (chosen.length === 0) throw noEvidence(rows, evidence);

  const subjects = new Nodes();
  const objects = new Nodes();
  const byIds = new Set<string>();
  const byNodes = new Set<string>();
  const positives: Edge[] = [];
  const counts = { otherEvidence: rows.length - chosen.length, repeated: 0, sameText: 0 };
  for (const row of chosen) {
    const edge = {
      subject: subjects.index(row.subjectId, row.subjectLabel),
      object: objects.index(row.objectId, row.objectLabel),
    };
    const ids = JSON.stringify([row.subjectId, row.objectId]);
    const nodes = `${edge.subject} ${edge.object}`;
    if (byIds.has(ids)) counts.repeated += 1;
    else if (byNodes.has(nodes)) counts.sameText += 1;
    else positives.push(edge);
    byIds.add(ids);
    byNodes.add(nodes);
  }
  const width = objects.all.length;
  const known = new Set<number>();
  for (const row of rows) {
    const subject = subjects.find(row.subjectId, row.subjectLabel);
    const object = objects.find(row.objectId, row.objectLabel);
    if (subject !== undefined && object !== undefined) known.add(subject * width + object);
  }
  return {
    subjects: subjects.all,
    objects: objects.all,
    positives,
    isKnown: (subject, object) => known.has(subject * width + object),
    ...counts,
  };
}

/** Entities by identifier or name: what shares either is one. */
class Nodes {
  readonly all: Node[] = [];
  readonly #byId = new Map<string, number>();
  readonly #byName = new Map<string, number>();

  index(id: string, label: string): number {
    const node = this.find(id, label) ?? this.all.push({ id, label: oneLine(label) }) - 1;
    if (!this.#byId.has(id)) this.#byId.set(id, node);
    if (!this.#byName.has(nameKey(label))) this.#byName.set(nameKey(label), node);
    return node;
  }

  find(id: string, label: string): number | undefined {
    return this.#byId.get(id) ?? this.#byName.get(nameKey(label));
  }
}

function noEvidence(rows: readonly Association[], evidence: readonly string[] | null): LabError {
  const kinds = [...new Set(rows.flatMap((row) => row.evidence))].sort(compareText);
  return new LabError(
    'too-few-terms',
    rows.length === 0
      ? 'The source holds no associations.'
      : `None of the ${rows.length} associations has evidence of the kind ${(evidence ?? []).map((kind) => `"${kind}"`).join(' or ')}.`,
    {
      hint:
        kinds.length === 0
          ? 'Choose a file with associations, or take all kinds of evidence.'
          : `Choose among: ${kinds.slice(0, 12).join(', ')}.`,
    },
  );
}
