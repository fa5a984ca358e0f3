/** Every lesson that comes with the page: its words, its numbers, its figures, its experiments. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { answersData, forestData, levelsData } from '../../../../src/app/lessons/lesson-figures';
import { sourcesOf, tellNumber, type LessonSources } from '../../../../src/app/lessons/lesson-numbers';
import {
  glossarySchema,
  lessonIndexSchema,
  lessonSchema,
  type Lesson,
  type LessonStep,
} from '../../../../src/app/lessons/lesson-schema';
import { textParts } from '../../../../src/app/lessons/lesson-text';
import { laidOn, parseSpec } from '../../../../src/spec';
import { FIELDS, GROUPS } from '../../../../src/spec/fields';
import { publicFile, publicJson, recordedSources } from '../../../helpers/recorded-sources';

const index = v.parse(lessonIndexSchema, publicJson('lessons/index.json'));
const glossary = v.parse(glossarySchema, publicJson('lessons/glossary.json'));
const lessons = index.lessons.map(({ name }) => v.parse(lessonSchema, publicJson(`lessons/${name}.json`)));
const words = new Set(glossary.words.map(({ word }) => word));

/** All texts of a step in which marks may stand. */
function textsOf({ text, question }: LessonStep): string[] {
  return [...text, ...(question ? [question.ask, ...question.answer] : [])];
}

const marks = (lesson: Lesson) => lesson.steps.flatMap(textsOf).flatMap(textParts);

describe('the lessons', () => {
  it('are six, each listed as its file has it, and no file is left out', () => {
    expect(index.lessons.map(({ name }) => name)).toEqual([
      ...['popularity', 'lexicalization', 'direction', 'latent', 'memorization', 'forgetting'],
    ]);
    for (const [place, { name, title, question }] of index.lessons.entries()) {
      expect({ name, title, question }).toEqual({
        ...{ name: lessons[place]!.name, title: lessons[place]!.title, question: lessons[place]!.question },
      });
    }
    const files = readdirSync(publicFile('lessons')).sort();
    expect(files).toEqual([...index.lessons.map(({ name }) => `${name}.json`), 'glossary.json', 'index.json'].sort());
  });

  it('each have figures, questions, a control to turn and an experiment to run', () => {
    for (const { name, steps } of lessons) {
      const has = (part: keyof LessonStep) => steps.filter((step) => step[part] !== undefined).length;
      expect([has('figure') > 1, has('question') > 2, has('control') > 0, has('experiment')], name).toEqual([
        ...[true, true, true, 1],
      ]);
    }
  });
});

describe.each(lessons)('the lesson on $name', (lesson) => {
  let sources: LessonSources;
  beforeAll(() => {
    sources = recordedSources();
  });

  it('writes no result down: every number in its text is looked up, and all are used', () => {
    const used = marks(lesson).flatMap((part) => (part.kind === 'number' ? part.name : []));
    expect(new Set(used)).toEqual(new Set(Object.keys(lesson.numbers)));
    for (const [name, ref] of Object.entries(lesson.numbers)) {
      const told = tellNumber(ref, sources);
      if (told.kind === 'count') expect(told.value, name).toBeGreaterThan(0);
      else
        expect(told.estimate, name).toMatchObject({
          n: expect.any(Number) as number,
          method: expect.any(String) as string,
        });
    }
    // A share, a ratio or a p-value in prose would be a result: percent signs stand in questions about others only.
    for (const text of lesson.steps.flatMap((step) => step.text)) expect(text).not.toMatch(/\d\s?%/);
  });

  it('draws figures of what was recorded, each mark with an interval', () => {
    for (const { figure } of lesson.steps) {
      if (figure?.kind === 'levels') {
        const { series, levels } = levelsData(figure, sources);
        for (const { told } of series) expect(told).toHaveLength(levels.length);
        for (const { estimate } of series.flatMap(({ told }) => told)) {
          expect(estimate.lo).toBeLessThanOrEqual(estimate.value);
          expect(estimate.hi).toBeGreaterThanOrEqual(estimate.value);
          expect(estimate.hi).toBeGreaterThan(estimate.lo);
        }
      } else if (figure?.kind === 'forest') {
        for (const { scale } of forestData(figure, sources)) expect(scale).toBe('hazard ratio');
      } else if (figure?.kind === 'answers') {
        const { facts, of } = answersData(figure, sources);
        expect(facts.length).toBe(Math.min(figure.rows, of));
        expect(of).toBeGreaterThan(1);
      } else if (figure?.kind === 'chart') {
        const registered = readdirSync(fileURLToPath(new URL('../../../../src/ui/charts', import.meta.url)));
        expect(registered).toContain(figure.chart);
      }
    }
  });

  it('asks the page for those recordings that it needs, and no others', () => {
    const named = sourcesOf(lesson);
    expect(named.studies.filter((name) => !(name in sources.studies))).toEqual([]);
    expect(named.runs.filter((name) => !(name in sources.runs))).toEqual([]);
    const only = (all: Readonly<Record<string, unknown>>, names: readonly string[]) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
    const few = {
      studies: only(sources.studies, named.studies),
      runs: only(sources.runs, named.runs),
    } as LessonSources;
    for (const ref of Object.values(lesson.numbers)) tellNumber(ref, few);
    for (const { figure, experiment } of lesson.steps) {
      if (figure?.kind === 'levels') levelsData(figure, few);
      if (experiment?.kind === 'run')
        for (const { recorded } of experiment.show) if (recorded) tellNumber(recorded, few);
    }
  });

  it('uses only words of the glossary, and controls that there are', () => {
    for (const part of marks(lesson)) if (part.kind === 'term') expect(words, part.text).toContain(part.word);
    for (const { control } of lesson.steps) {
      if (control === undefined) continue;
      if ('field' in control) expect([...Object.keys(FIELDS), ...Object.keys(GROUPS)]).toContain(control.field);
      else {
        const world = publicJson(`worlds/${control.world}`);
        const place = control.dial.split('.').slice(0, -1);
        const owner = place.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], world);
        expect(owner, control.dial).toBeTypeOf('object');
      }
    }
  });

  it('has an experiment of settings that make a spec, and says its time', () => {
    const base = publicJson('models/primer/experiment.json');
    for (const { experiment } of lesson.steps) {
      if (experiment?.kind !== 'run') continue;
      const spec = parseSpec(laidOn([base as Record<string, unknown>, experiment.sets]), lesson.name);
      expect(spec.sampling.seen).toBe((experiment.sets['sampling'] as { seen: number }).seen);
      expect(experiment.seconds.software).toBeLessThanOrEqual(60);
    }
  });
});

describe('what the lessons claim', () => {
  const named = (name: string) => lessons.find((lesson) => lesson.name === name)!;

  it('of an experiment that is yet to be run holds only under a condition', () => {
    for (const { name, steps } of lessons) {
      for (const { experiment } of steps)
        if (experiment?.kind === 'run') expect(experiment.after, name).toMatch(/\bIf\b/);
    }
  });

  it('of cosines is of withheld facts, as the study expected it', () => {
    const { aucCode, aucSymbol } = named('lexicalization').numbers;
    expect([aucCode, aucSymbol]).toMatchObject([{ group: 'withheld' }, { group: 'withheld' }]);
  });

  it('of exposures is a ratio for each doubling of one more, which is what the models hold', () => {
    const texts = JSON.stringify(lessons);
    expect(texts).toContain('doubling of (exposures + 1)');
    expect(texts).not.toMatch(/doubling of (\[\[)?exposure/);
  });

  it('of three ways to see popularity is so: none of their intervals holds 1', () => {
    const figures = named('popularity').steps.flatMap(({ figure }) => (figure?.kind === 'forest' ? [figure] : []));
    const lines = figures.flatMap((figure) => forestData(figure, recordedSources()));
    expect(lines).toHaveLength(3);
    for (const { told } of lines) expect(told.estimate.lo).toBeGreaterThan(1);
  });
});

describe('the glossary', () => {
  it('has every word once, in order, and each that the source has is in its glossary', () => {
    const sorted = [...words].sort((a, b) => a.localeCompare(b, 'en'));
    expect(new Set(glossary.words.map(({ word }) => word)).size).toBe(glossary.words.length);
    expect(sorted.length).toBe(glossary.words.length);
    const code = readFileSync(fileURLToPath(new URL('../../../../src/GLOSSARY.md', import.meta.url)), 'utf8');
    for (const { word, code: entry } of glossary.words) {
      if (entry !== undefined) expect(code, word).toMatch(new RegExp(`\\*\\*([^*]*, )?${entry}(, [^*]*)?\\*\\*`));
    }
  });

  it('explains no word that no lesson uses', () => {
    const used = new Set(lessons.flatMap(marks).flatMap((part) => (part.kind === 'term' ? part.word : [])));
    expect([...words].filter((word) => !used.has(word))).toEqual([]);
  });
});
