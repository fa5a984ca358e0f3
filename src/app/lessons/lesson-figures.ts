/** What a lesson's figures draw, looked up in what was recorded. Pure. */
import * as v from 'valibot';
import type { StudyRow } from '../../records';
import { selectFacts, type FactLife } from './fact-shares';
import { numberSchema, type AnswersFigure, type ForestFigure, type LevelsFigure } from './lesson-schema';
import { tellNumber, type LessonSources, type ToldEstimate } from './lesson-numbers';

export interface LevelsData {
  levels: string[];
  series: { label: string; tone: LevelsFigure['series'][number]['tone']; told: ToldEstimate[] }[];
}

/** One estimate for each level of each series. Throws LabError `record-invalid`. */
export function levelsData(figure: LevelsFigure, sources: LessonSources): LevelsData {
  return {
    levels: figure.levels.map(({ label }) => label),
    series: figure.series.map(({ label, tone, ref }) => ({
      label,
      tone,
      told: figure.levels.map((level) => {
        const told = tellNumber(v.parse(numberSchema, { ...figure.base, ...ref, ...level.ref }), sources);
        if (told.kind !== 'estimate') throw new TypeError('A count has no interval to draw.');
        return told;
      }),
    })),
  };
}

export interface ForestLine {
  label: string;
  note: string;
  told: ToldEstimate;
  scale: StudyRow['scale'];
}

export function forestData(figure: ForestFigure, sources: LessonSources): ForestLine[] {
  return figure.rows.map(({ label, note, ref }) => {
    const told = tellNumber(ref, sources) as ToldEstimate;
    return { label, note, told, scale: told.scale };
  });
}

/** Facts spread over those that fit, so that not only the first ones are seen. Null: nothing of that run is there. */
export function answersData(figure: AnswersFigure, { runs }: LessonSources): { facts: FactLife[]; of: number } {
  const mine = selectFacts(runs[figure.run]?.lives ?? [], figure);
  const step = Math.max(1, mine.length / figure.rows);
  const places = Array.from({ length: Math.min(figure.rows, mine.length) }, (_, index) => Math.floor(index * step));
  return { facts: places.map((place) => mine[place]!), of: mine.length };
}
