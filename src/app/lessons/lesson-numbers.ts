/**
 * The numbers of a lesson, looked up in what was recorded. Pure.
 *
 * Promises: a reference means exactly one estimate, or it is refused by name; nothing is rounded here.
 * Must not know: files, components.
 */
import { LabError } from '../../core/errors';
import type { Estimate } from '../../core/estimate';
import type { StudyRow, StudySummary } from '../../records';
import type { ChartRun } from '../chart-run';
import { factShare, type FactLife } from './fact-shares';
import type { Lesson, NumberRef, ShareRef, StudyRowRef } from './lesson-schema';

/** A recorded run as lessons look at it. */
export interface RecordedSource {
  lives: readonly FactLife[];
  run: ChartRun;
}

/** What a lesson draws on, by the names of the index of recorded runs and studies. */
export interface LessonSources {
  studies: Readonly<Record<string, StudySummary>>;
  runs: Readonly<Record<string, RecordedSource>>;
}

/** An estimate with what its value and its n are. */
export interface ToldEstimate {
  kind: 'estimate';
  scale: StudyRow['scale'];
  estimate: Estimate;
  /** What n counts. */
  unit: 'facts' | 'pairs' | 'worlds' | 'buckets';
}
export type ToldNumber = ToldEstimate | { kind: 'count'; value: number };

const UNITS: Partial<Record<StudyRow['model'], ToldEstimate['unit']>> = {
  'mean over seeds': 'worlds',
  'paired by seed': 'worlds',
  'cox by run': 'worlds',
  'rank correlation': 'buckets',
};

/** Throws LabError `record-invalid`. */
export function tellNumber(ref: NumberRef, sources: LessonSources): ToldNumber {
  if ('study' in ref) return studyNumber(ref, sources);
  if ('count' in ref) return { kind: 'count', value: countOf(ref, sources) };
  const { run, ...share } = ref;
  return shareNumber(share, needed(sources.runs[run], ref).lives);
}

/** A share of a run's facts. Throws LabError `record-invalid` where it says none, or there are no such facts. */
export function shareNumber({ share, ...query }: ShareRef, lives: readonly FactLife[]): ToldEstimate {
  const estimate = share === undefined ? null : factShare(lives, query, share);
  return { kind: 'estimate', scale: 'share', estimate: needed(estimate, { ...query, share }), unit: 'facts' };
}

function studyNumber({ study, ...ref }: StudyRowRef, { studies }: LessonSources): ToldEstimate {
  const { rows } = needed(studies[study], { study });
  const asked = Object.entries(ref) as [keyof StudyRow, unknown][];
  const found = rows.filter((row) => row.run === null && asked.every(([field, value]) => row[field] === value));
  const row = needed(found.length === 1 ? found[0] : undefined, { study, ...ref });
  const unit = UNITS[row.model] ?? 'facts';
  return { kind: 'estimate', scale: row.scale, estimate: needed(row.estimate, { study, ...ref }), unit };
}

function countOf(ref: Extract<NumberRef, { count: unknown }>, { studies, runs }: LessonSources): number {
  const study = studies[ref.of];
  if (study !== undefined && ref.count === 'runs') return study.runs.length;
  const { manifest } = needed(runs[ref.of], ref).run;
  switch (ref.count) {
    case 'seen':
      return manifest.dataset.seen;
    case 'withheld':
      return manifest.dataset.withheld;
    case 'epochs':
      return manifest.spec.train.epochs;
    case 'samples':
      return manifest.spec.evaluation.samples;
    case 'parameters':
      return manifest.model.parameters;
    case 'runs':
      return 1;
  }
}

/** Names of the recorded studies and runs that a lesson draws on. */
export function sourcesOf({ numbers, steps }: Lesson): { studies: string[]; runs: string[] } {
  const refs: Record<string, unknown>[] = [...Object.values(numbers)];
  for (const { figure, experiment } of steps) {
    if (figure?.kind === 'levels') refs.push(...[figure.base, ...figure.series.map(({ ref }) => ref)]);
    else if (figure?.kind === 'forest') refs.push(...figure.rows.map(({ ref }) => ref));
    else if (figure !== undefined) refs.push({ run: figure.run });
    if (experiment?.kind !== 'run') continue;
    refs.push(
      ...experiment.show.flatMap(({ recorded }) => recorded ?? []),
      ...(experiment.paired ? [experiment.paired.recorded] : []),
    );
  }
  const named = (field: string) => [
    ...new Set(refs.map((ref) => ref[field]).filter((name) => typeof name === 'string')),
  ];
  const counted = refs.flatMap((ref) => ('count' in ref ? [[String(ref['of']), ref['count']]] : []));
  return {
    studies: [
      ...new Set([...named('study'), ...counted.flatMap(([of, what]) => (what === 'runs' ? of! : []))]),
    ] as string[],
    runs: [...new Set([...named('run'), ...counted.flatMap(([of, what]) => (what === 'runs' ? [] : of!))])] as string[],
  };
}

function needed<T>(found: T | null | undefined, ref: unknown): T {
  if (found !== null && found !== undefined) return found;
  throw new LabError(
    'record-invalid',
    `Nothing recorded answers ${JSON.stringify(ref)}, or more than one thing does.`,
    {
      hint: 'Serve page and files of one version.',
    },
  );
}
