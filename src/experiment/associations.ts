/**
 * From a file of associations to true and false statements, with the baseline that any claim about them must beat.
 *
 * Promises: equal inputs give equal statements; the baseline is judged on the test part by an interval, not a bare figure.
 * Must not know: models, hosts.
 */
import type { Estimate } from '../core/estimate';
import { LabError } from '../core/errors';
import type { ByteFile } from '../core/files';
import { associationDataset, degreeBaseline, type AssociationDataset, type AssociationOptions } from '../dataset';
import type { ReadControl } from '../ontology';
import type { FileIdentity } from '../records/types';
import { aucDeLong, wilson } from '../stats';
import { Sources } from './sources';

export interface AssociationReport {
  file: FileIdentity;
  subject: string;
  object: string;
  dataset: AssociationDataset;
  /** Predictions from nothing but how often subject and object occur in true training statements. */
  baseline: {
    /** Of the logistic regression on both degrees, and of each degree alone. */
    auc: Estimate;
    subjectAuc: Estimate;
    objectAuc: Estimate;
    accuracy: Estimate;
  };
}

/** Throws `ontology-format` for a file of another kind, and what reading and drawing throw. */
export async function prepareAssociations(
  file: ByteFile,
  options: AssociationOptions,
  control: ReadControl = {},
): Promise<AssociationReport> {
  const { content, identity } = await new Sources().source(file, {}, control);
  if (content.kind !== 'associations') {
    throw new LabError('ontology-format', `${file.name} holds ${content.kind} (${content.format}), not associations.`, {
      hint: 'Choose a file of associations, such as CTD’s genes and diseases.',
    });
  }
  const dataset = associationDataset(content, options);
  const { truth, subject, object, probability, correct } = degreeBaseline(dataset.train, dataset.test);
  return {
    file: identity,
    subject: content.subject,
    object: content.object,
    dataset,
    baseline: {
      auc: aucDeLong(probability, truth),
      subjectAuc: aucDeLong(subject, truth),
      objectAuc: aucDeLong(object, truth),
      accuracy: wilson(correct, truth.length),
    },
  };
}
