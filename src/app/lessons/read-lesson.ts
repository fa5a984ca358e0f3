/**
 * Lessons, their list and their glossary from text; and what a lesson needs to be shown.
 *
 * Apart from the store, so that it is fetched with the first lesson. Must not know: where files lie.
 */
import * as v from 'valibot';
import { LabError } from '../../core/errors';
import { rehearsedFacts, type RunBundle, type WholeRun } from '../../records';
import { factLives, pairedGap } from './fact-shares';
import { tellNumber, type LessonSources, type RecordedSource, type ToldNumber } from './lesson-numbers';
import { lessonSchema, type Lesson } from './lesson-schema';

export { shareNumber, sourcesOf } from './lesson-numbers';
export { factLives, pairedGap };
export { parseStudySummary } from '../../records';
export { laidOn, parseSpec } from '../../spec';

/** A lesson with everything that its steps show. */
export interface OpenedLesson {
  lesson: Lesson;
  sources: LessonSources;
  numbers: Readonly<Record<string, ToldNumber>>;
}

/** The records of a bundle as lessons take them. @param name of the run in the index of recorded ones */
export function recordedSource(name: string, run: RunBundle & Pick<WholeRun, 'files'>): RecordedSource {
  return {
    lives: factLives(run.facts, run.trials),
    run: { ...run, key: `recorded/${name}`, rehearsed: rehearsedFacts(run.steps) },
  };
}

/** Throws LabError `record-invalid`. */
export function parseLesson(text: string, path: string): Lesson {
  try {
    return v.parse(lessonSchema, JSON.parse(text));
  } catch (cause) {
    throw new LabError('record-invalid', 'This lesson and this page are not of one version.', {
      hint: `Reload the page, or choose another lesson under “All lessons”. If that does not help, tell whoever runs this page that it cannot read ${path}.`,
      cause,
    });
  }
}

/** Looks every number up. Throws LabError `record-invalid` for one that is not there. */
export function openLesson(lesson: Lesson, sources: LessonSources): OpenedLesson {
  const told = Object.entries(lesson.numbers).map(([name, ref]) => [name, tellNumber(ref, sources)] as const);
  return { lesson, sources, numbers: Object.fromEntries(told) };
}
