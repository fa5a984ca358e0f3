/** What frequencies alone can tell in curated gene–disease associations. */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { associationDataset, degreeBaseline, type AssociationOptions } from '../../../../src/dataset/associations';
import type { Associations } from '../../../../src/ontology/types';
import { aucDeLong } from '../../../../src/stats/roc/delong';
import { wilson } from '../../../../src/stats/proportions';
import { describeWithShared, sharedPath } from '../../../helpers/shared';
import { associationsOf } from './fixtures';

const FILE = 'CTD_curated_genes_diseases_2025-08-27.csv';

/** Cells of a line, quotes taken off. */
const cellsOf = (line: string) =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((cell) => cell[1]?.replaceAll('""', '"') ?? cell[2]!);

function read(): Associations {
  const rows = readFileSync(sharedPath('data', FILE), 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(cellsOf);
  return associationsOf(
    rows.map(([subjectLabel, subjectId, objectLabel, objectId, evidence]) => ({
      subjectLabel: subjectLabel!,
      subjectId: subjectId!,
      objectLabel: objectLabel!,
      objectId: objectId!,
      evidence: evidence!.split('|'),
    })),
  );
}

describeWithShared('34,222 curated associations', `data/${FILE}`, () => {
  let source: Associations;
  beforeAll(() => {
    source = read();
  });
  const STRATIFIED = { kind: 'stratified', testShare: 0.2 } as const;
  const HELD_OUT = { kind: 'entity-held-out', subjectShare: 0.1, objectShare: 0.1, test: 'touching' } as const;
  const build = (options: Partial<AssociationOptions>) =>
    associationDataset(source, {
      evidence: ['marker/mechanism', 'therapeutic'],
      negatives: 'random',
      split: STRATIFIED,
      seed: 42,
      ...options,
    });
  /** Area under the ROC curve and share right of the degree-only baseline on the test part. */
  const baseline = (options: Partial<AssociationOptions>) => {
    const { train, test, counts } = build(options);
    const { probability, truth, correct } = degreeBaseline(train, test);
    return { auc: aucDeLong(probability, truth), accuracy: wilson(correct, truth.length), counts };
  };

  it('are 34,221 statements: one disease is listed twice, in capital letters under its OMIM number', () => {
    const data = build({ order: 'pooled' });
    expect(data.counts).toMatchObject({ rows: 34222, otherEvidence: 0, repeated: 0, sameText: 1, positives: 34221 });
    expect(data.counts.negativesMade).toBe(34221);
    expect([data.train.length, data.test.length]).toEqual([54753, 13689]);
  });

  it('hold out 911 genes and 585 diseases, a tenth each, as was published', () => {
    const data = build({ order: 'pooled', split: HELD_OUT });
    expect([data.heldOut.subjects.length, data.heldOut.objects.length]).toEqual([911, 585]);
    // Published: 56,298 and 12,146, of another draw of entities.
    expect(data.train.length + data.test.length).toBe(68442);
    expect(Math.abs(data.test.length - 12146)).toBeLessThan(1500);
  });

  it('are told from random false ones by degree alone', () => {
    const { auc, accuracy } = baseline({});
    expect(auc.n).toBe(13690);
    expect(auc.lo).toBeGreaterThan(0.85);
    expect(accuracy.lo).toBeGreaterThan(0.8);
  });

  it('are not told from degree-matched false ones by degree', () => {
    const { auc, accuracy, counts } = baseline({ negatives: 'degree-matched' });
    expect(counts.negativesMade).toBe(34221);
    expect(auc.lo).toBeLessThan(0.5);
    expect(auc.hi).toBeGreaterThan(0.5);
    expect(Math.abs(accuracy.value - 0.5)).toBeLessThan(0.01);
  });

  it('are told by degree even from matched false ones where these were matched before the split', () => {
    // Whoever is rarely true in training must be true more often in the test part.
    expect(baseline({ negatives: 'degree-matched', order: 'pooled' }).auc.lo).toBeGreaterThan(0.53);
  });

  it('are told less by degree where false ones keep the gene, or the class of the disease', () => {
    expect(baseline({ negatives: 'same-subject' }).auc.hi).toBeLessThan(0.55);
    const { auc, counts } = baseline({ negatives: 'same-object-class' });
    expect(auc.hi).toBeLessThan(0.6);
    // Small classes hold nothing that is false of the gene.
    expect(counts.negativesMade).toBeGreaterThan(0.8 * counts.negativesAsked);
  });

  it('are told by degree from random false ones where one of the two entities is new, too', () => {
    expect(baseline({ split: HELD_OUT }).auc.lo).toBeGreaterThan(0.7);
    const both = baseline({ split: { ...HELD_OUT, test: 'both' } });
    expect(both.auc.value).toBe(0.5); // nothing is known of either
    expect(both.counts.inNeitherPart).toBeGreaterThan(4000);
  });
});
