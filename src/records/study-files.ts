/** Names of a study's files, in every host. Must not know: where they lie, what is in them. */
import { FACT_EVENTS, type FactEvent } from '../core/fact-event';

export const STUDY_FILES = {
  state: 'study.json',
  summary: 'study-summary.json',
  table: 'study-summary.csv',
  /** Only of a study that has expectations. */
  expectations: 'study-expectations.csv',
} as const;

/** The table of counting-process rows of one event. */
export function rowsFile(event: FactEvent): `rows-${FactEvent}.csv` {
  return `rows-${event}.csv`;
}

export type StudyFileName = (typeof STUDY_FILES)[keyof typeof STUDY_FILES] | ReturnType<typeof rowsFile>;
export const STUDY_FILE_NAMES: readonly StudyFileName[] = [...Object.values(STUDY_FILES), ...FACT_EVENTS.map(rowsFile)];
