/** What lessons draw on, read from `public/recorded` as the page reads it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LessonSources } from '../../src/app/lessons/lesson-numbers';
import { recordedSource } from '../../src/app/lessons/read-lesson';
import { openBundle, parseStudySummary } from '../../src/records';

export const publicFile = (path: string) => fileURLToPath(new URL(`../../public/${path}`, import.meta.url));
export const publicJson = (path: string): unknown => JSON.parse(readFileSync(publicFile(path), 'utf8'));

interface Index {
  runs: { name: string; bundle: string }[];
  studies: { name: string; summary: string }[];
}

export function recordedSources(): LessonSources {
  const index = publicJson('recorded/index.json') as Index;
  const studies = index.studies.map(({ name, summary }) => [
    name,
    parseStudySummary(readFileSync(publicFile(`recorded/${summary}`), 'utf8'), summary),
  ]);
  const runs = index.runs.map(({ name, bundle: file }) => {
    const { bundle: run } = openBundle(readFileSync(publicFile(`recorded/${file}`)));
    return [name, recordedSource(name, { ...run, files: [] })];
  });
  return { studies: Object.fromEntries(studies), runs: Object.fromEntries(runs) };
}
