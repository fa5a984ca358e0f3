/**
 * Assignments onto what all cells of a study share: the files of a host, `--set`; with `world.` or `pretrain.` before them
 * onto its world and its pretraining.
 *
 * Promises: what the study itself varies stays as it is. Must not know: where the assignments come from.
 */
import { applyOverrides, migrateSpec, SPEC_VERSION, type StudySpec } from '../../spec';
import { studyFactors } from './cells';
import { wrong } from './refusals';
import { assignModels, modelPart, refusedModelField } from './study-model';

/** `refuse` makes the error for an assignment to what the study varies. Throws also what `applyOverrides` throws. */
export function overrideStudy(
  study: StudySpec,
  sourceName: string,
  assignments: readonly string[],
  refuse: (field: string, assignment: string) => Error,
): StudySpec {
  const varied = studyFactors(study, sourceName).flatMap(({ levels }) =>
    levels.flatMap(({ sets }) => Object.keys(sets)),
  );
  for (const assignment of assignments) {
    const field = fieldOf(assignment);
    const refused = refusedModelField(study, field);
    if (refused) throw wrong(sourceName, field, refused.text, refused.hint);
    const own = [...varied, 'seed'].find(
      (other) => `${other}.`.startsWith(`${field}.`) || `${field}.`.startsWith(`${other}.`),
    );
    if (own !== undefined) throw refuse(own, assignment);
  }
  if (assignments.length === 0) return study;
  const ofBase = assignments.filter((assignment) => modelPart(fieldOf(assignment)) === null);
  const base = applyOverrides(migrateSpec({ specVersion: SPEC_VERSION, ...study.base }), ofBase);
  return { ...assignModels(study, sourceName, assignments), base: base as StudySpec['base'] };
}

function fieldOf(assignment: string): string {
  return assignment.slice(0, assignment.indexOf('='));
}
