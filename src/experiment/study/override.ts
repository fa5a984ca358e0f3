/**
 * Assignments onto what all cells of a study share: the files of a host, `--set`.
 *
 * Promises: what the study itself varies stays as it is. Must not know: where the assignments come from.
 */
import { applyOverrides, migrateSpec, SPEC_VERSION, type StudySpec } from '../../spec';
import { studyFactors } from './cells';

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
    const field = assignment.slice(0, assignment.indexOf('='));
    const own = [...varied, 'seed'].find(
      (other) => `${other}.`.startsWith(`${field}.`) || `${field}.`.startsWith(`${other}.`),
    );
    if (own !== undefined) throw refuse(own, assignment);
  }
  if (assignments.length === 0) return study;
  const base = applyOverrides(migrateSpec({ specVersion: SPEC_VERSION, ...study.base }), assignments);
  return { ...study, base: base as StudySpec['base'] };
}
