/** The recorded studies are those of the study files, and the page that tells of them says their numbers. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { studyTableCsv } from '../../../src/experiment';
import { parseStudy, studyHash } from '../../../src/spec';
import { PAGE, recordedStudy, withFigures } from '../../docs/controlled-studies';

const RECORDED = new URL('../../../public/recorded/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, RECORDED), 'utf8');
const { studies } = JSON.parse(read('index.json')) as { studies: { name: string; study: string; summary: string }[] };
const LEAST_SEEDS = 5;

describe('recorded studies', () => {
  it('are some', () => expect(studies.length).toBeGreaterThan(0));

  it.each(studies)('$name was recorded from the study file as it is', ({ name, study, summary }) => {
    const file = read(study);
    const recorded = recordedStudy(name);
    const hash = studyHash(parseStudy(file, study));
    expect(recorded.summary.study.hash).toBe(hash);
    expect(recorded.state.studyHash).toBe(hash);
    expect(existsSync(new URL(summary, RECORDED))).toBe(true);
    expect(read(`${name}/study-summary.csv`)).toBe(studyTableCsv(recorded.summary));
  });

  it.each(studies)(
    '$name is whole: every cell ran, with five seeds or more, and each expectation was decided',
    ({ name }) => {
      const { state, summary } = recordedStudy(name);
      expect(state.cells.filter((cell) => cell.state !== 'done')).toEqual([]);
      expect(summary.runs.length).toBe(state.cells.length);
      expect(new Set(summary.runs.map(({ seed }) => seed)).size).toBeGreaterThanOrEqual(LEAST_SEEDS);
      expect(summary.expectations.length).toBeGreaterThan(0);
      expect(summary.expectations.filter(({ holds }) => holds === null)).toEqual([]);
    },
  );

  it('are told by docs/controlled-studies.md in their own numbers (after a change: npm run unit -- FILE --update)', async () => {
    const page = readFileSync(PAGE, 'utf8');
    for (const { name } of studies) expect(page).toContain(`<!-- figures ${name} -->`);
    await expect(withFigures(page)).toMatchFileSnapshot(fileURLToPath(PAGE));
  });
});
