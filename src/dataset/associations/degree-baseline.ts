/**
 * What can be told from frequencies alone: the baseline that any claim of knowledge must beat.
 *
 * A statement's features are log(1 + degree) of its subject and of its object; the degree is the number of true training
 * statements of the entity. A training statement does not count itself, as a test statement cannot, so both parts' features
 * mean the same. Promises: no use of names, texts or test labels. Must not know: metrics (see `stats`).
 */
import { fitLogistic, type LogisticFit } from './logistic';
import type { Statement } from './types';

export interface DegreeBaseline {
  /** Of the test statements, in their order. */
  truth: boolean[];
  /** log(1 + degree), each usable as a score of its own. */
  subject: number[];
  object: number[];
  /** Probability of being true by logistic regression on both. */
  probability: number[];
  /** Right at probability ½. */
  correct: number;
  fit: LogisticFit;
}

/** Demands true and false statements in `train`; throws `too-few-terms` otherwise. */
export function degreeBaseline(train: readonly Statement[], test: readonly Statement[]): DegreeBaseline {
  const subjects = new Map<string, number>();
  const objects = new Map<string, number>();
  for (const { subjectId, objectId, truth } of train) {
    if (!truth) continue;
    subjects.set(subjectId, (subjects.get(subjectId) ?? 0) + 1);
    objects.set(objectId, (objects.get(objectId) ?? 0) + 1);
  }
  const features = ({ subjectId, objectId }: Statement, itself: number) => [
    Math.log1p((subjects.get(subjectId) ?? 0) - itself),
    Math.log1p((objects.get(objectId) ?? 0) - itself),
  ];
  const fit = fitLogistic(
    train.map((one) => features(one, Number(one.truth))),
    train.map(({ truth }) => truth),
  );
  const tested = test.map((one) => features(one, 0));
  const probability = tested.map(fit.probability);
  const truth = test.map((one) => one.truth);
  return {
    truth,
    subject: tested.map(([subject]) => subject!),
    object: tested.map(([, object]) => object!),
    probability,
    correct: probability.filter((p, i) => p >= 0.5 === truth[i]).length,
    fit,
  };
}
