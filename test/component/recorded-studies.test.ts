import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { RecordedList } from '../../src/app/recorded.svelte';
import { RecordedStudies } from '../../src/app/recorded-studies.svelte';
import { LabError } from '../../src/core/errors';
import RecordedStudyView from '../../src/ui/views/study/RecordedStudyView.svelte';
import '../../src/ui/base.css';
import { plausibleStudy, STUDY_DOCUMENT } from '../fixtures/run/plausible-study';

const { files, summary } = plausibleStudy();
const words = { name: 'paces', title: 'Two paces', description: 'Two batch sizes.' };
const ENTRY = { ...words, study: '../studies/paces.json', summary: 'paces/study-summary.json' };

function setUp(change: Record<string, string> = {}) {
  const beside: Record<string, string> = {
    'recorded/index.json': JSON.stringify({ indexVersion: 1, runs: [], studies: [ENTRY] }),
    'studies/paces.json': files['study.json'],
    'recorded/paces/study-summary.json': files['study-summary.json'],
    'recorded/paces/study-summary.csv': files['study-summary.csv'],
    ...change,
  };
  const get = (path: string) =>
    path in beside
      ? Promise.resolve(new Blob([beside[path]!]))
      : Promise.reject(new LabError('file-missing', `${path} is not there.`, { hint: 'None.' }));
  const list = new RecordedList(get, () => Promise.reject(new Error('not asked')));
  const download = vi.fn();
  return { list, download, recorded: new RecordedStudies(list, download) };
}

async function shown(change?: Record<string, string>) {
  const lab = setUp(change);
  await lab.list.start();
  await lab.recorded.open(lab.recorded.list[0]!);
  const study = lab.recorded.shown!;
  return { ...lab, screen: await render(RecordedStudyView, { recorded: lab.recorded, study }) };
}

describe('a recorded study', () => {
  it('says first what was expected, and of each whether it holds, on which estimates', async () => {
    const { screen } = await shown();
    await expect.element(screen.getByText('Recorded, comes with the laboratory: not computed here')).toBeVisible();
    await expect.element(screen.getByText(STUDY_DOCUMENT.description, { exact: true })).toBeVisible();
    const marks = { true: 'holds', false: 'does not hold', null: 'cannot be said' };
    for (const [index, { holds, rows, expectation }] of summary.expectations.entries()) {
      const item = screen.getByRole('listitem').filter({ hasText: expectation.says }).element();
      expect(item.textContent).toContain(marks[String(holds) as keyof typeof marks]);
      for (const { n } of rows.flatMap((row) => summary.rows[row]!.estimate ?? [])) {
        expect(item.textContent, String(index)).toContain(`n = ${n}`);
      }
    }
    expect(new Set(summary.expectations.map(({ holds }) => holds))).toEqual(new Set([true, false, null]));
    const [heading] = screen.container.querySelectorAll('h3');
    expect(heading!.textContent).toBe('What was expected');
  });

  it('draws its main estimates, with their numbers and files to save', async () => {
    const { screen, download } = await shown();
    const figure = screen.getByRole('figure', { name: 'Hazard ratios' });
    await expect.element(figure.getByRole('img')).toHaveAccessibleName(/estimates/);
    expect(figure.element().querySelectorAll('rect').length).toBeGreaterThan(3);
    await figure.getByRole('button', { name: /^Save/ }).click();
    await screen.getByRole('menuitem', { name: /CSV/ }).click();
    const [name, type, csv] = download.mock.calls[0] as [string, string, string];
    expect([name, type]).toEqual(['paces-forest-hazard-ratio.csv', 'text/csv']);
    expect(csv.trimEnd().split('\r\n')).toHaveLength(1 + figure.element().querySelectorAll('rect').length);
    await figure.getByRole('button', { name: /Show numbers/ }).click();
    await expect.element(figure.getByRole('table')).toBeVisible();
  });

  it('gives its files as they lie there, and the command that runs it again', async () => {
    const { screen, download } = await shown();
    await expect.element(screen.getByText('npx ontoscope study public/studies/paces.json --out paces')).toBeVisible();
    await screen.getByRole('button', { name: 'study-summary.csv' }).click();
    await vi.waitFor(() => expect(download).toHaveBeenCalled());
    expect(download.mock.calls[0]).toEqual(['study-summary.csv', 'text/csv', files['study-summary.csv']]);
  });

  it('of worlds says that it runs in the terminal', async () => {
    const world = JSON.stringify({ ...STUDY_DOCUMENT, world: { worldVersion: 1 } });
    const { screen } = await shown({ 'studies/paces.json': world });
    await expect.element(screen.getByText(/run in the terminal, not in this page/)).toBeVisible();
  });

  it('that cannot be read is one error, and what was on show stays', async () => {
    const { recorded } = await shown();
    const before = recorded.shown;
    await recorded.open({ ...ENTRY, summary: 'nowhere.json' });
    expect(recorded.error).toMatchObject({ code: 'file-missing' });
    await recorded.open({ ...ENTRY, summary: '../studies/paces.json' });
    expect(recorded.error).toMatchObject({ code: 'record-invalid' });
    expect(recorded.shown).toBe(before);
    expect(recorded.opened).toBe(1);
  });
});
