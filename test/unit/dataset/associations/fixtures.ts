/** Associations made of nothing but indices. */
import type { Association, Associations } from '../../../../src/ontology/types';

export function association(subject: number, object: number, more: Partial<Association> = {}): Association {
  return {
    subjectId: `g${subject}`,
    subjectLabel: `GENE${subject}`,
    objectId: `d${object}`,
    objectLabel: `${['Sarcoma', 'Fever', 'Anemia'][object % 3]}, Type ${object}`,
    evidence: ['marker/mechanism'],
    ...more,
  };
}

export function associationsOf(rows: Association[]): Associations {
  return {
    kind: 'associations',
    format: 'ctd',
    formatVersion: null,
    version: null,
    name: null,
    licence: null,
    warnings: [],
    warningCount: 0,
    subject: 'gene',
    object: 'disease',
    rows,
  };
}

/** A graph in which few subjects and objects are met often and most rarely, as in curated data; the more so the larger `skew`. */
export function skewed(subjects: number, objects: number, rows: number, skew = 1.6): Associations {
  const pick = (unit: number, n: number) => Math.floor(n * unit ** skew);
  const met = new Map<string, Association>();
  for (let i = 1; met.size < rows; i++) {
    const [subject, object] = [pick((i * 0.754877666) % 1, subjects), pick((i * 0.569840291) % 1, objects)];
    met.set(`${subject} ${object}`, association(subject, object));
  }
  return associationsOf([...met.values()]);
}
