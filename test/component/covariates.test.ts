/** Numbers of one's own: a table is chosen, checked with the very reader of a run, and named in the settings. */
import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { CovariateTables } from '../../src/app/covariates.svelte';
import { LabSession } from '../../src/app/session.svelte';
import { SpecHistory } from '../../src/app/spec-history.svelte';
import { SpecStore } from '../../src/app/spec.svelte';
import { RunStore } from '../../src/app/runs.svelte';
import CovariateFields from '../../src/ui/views/data/CovariateFields.svelte';
import '../../src/ui/base.css';
import { DataDesk } from '../../src/worker/data-desk';

const table = (name: string, text: string) => new File([text], name);
const NUMBERS = 'term\tid\tdegree\tdepth\nache\tX:1\t3\t1\npain\tX:2\t\t2\n<b>\tX:3\t5\t2\n';

async function setUp() {
  const spec = new SpecStore();
  const session = new LabSession({} as never, spec, new RunStore({} as never));
  session.chooseOntology({ path: 'o.tsv', file: table('o.tsv', '') });
  const covariates = new CovariateTables(new DataDesk(), session);
  const history = new SpecHistory(spec, { get: () => null, set: () => undefined });
  let nowMs = 0;
  const note = () => history.note(spec.snapshot(), (nowMs += 5000));
  const screen = await render(CovariateFields, { covariates, disabled: false });
  const choose = (label: string | RegExp, file: File) => screen.getByLabelText(label).upload(file);
  return { spec, session, covariates, history, note, screen, choose };
}

describe('covariates', () => {
  it('are the columns of numbers of a chosen table; the settings name each with its columns', async () => {
    const { session, screen, choose } = await setUp();
    await choose('Covariates (optional)', table('mine.tsv', NUMBERS));
    await screen.getByLabelText('Its identifiers are in column').selectOptions('id');
    await vi.waitFor(() =>
      expect(session.dataInputs!.spec.ontology.covariates).toEqual([
        { name: 'degree', path: 'mine.tsv', identifierColumn: 'id', valueColumn: 'degree' },
        { name: 'depth', path: 'mine.tsv', identifierColumn: 'id', valueColumn: 'depth' },
      ]),
    );
    await screen.getByRole('checkbox', { name: 'degree' }).click();
    expect(session.dataInputs!.spec.ontology.covariates.map(({ name }) => name)).toEqual(['depth']);
    expect(session.dataInputs!.covariates.map(({ path }) => path)).toEqual(['mine.tsv']);
    await expect.element(screen.getByRole('checkbox', { name: 'depth' })).toBeDisabled();
    await choose('Further covariates', table('other.tsv', 'id\tdepth\nX:1\t4\n'));
    await expect.element(screen.getByText('Covariates: depth (2)', { exact: true }).first()).toBeVisible();
    expect(session.dataInputs!.spec.ontology.covariates.map(({ name }) => name)).toEqual(['depth', 'depth (2)']);
  });

  it('with a cell that is no number are refused by its line, and nothing is taken', async () => {
    const { covariates, session, screen, choose } = await setUp();
    await choose('Covariates (optional)', table('bad.tsv', 'id\tdegree\nX:1\t3\nX:2\tmany\nX:3\t5\n'));
    await expect.element(screen.getByText(/^bad\.tsv, line 3, .*not a number: "many"/)).toBeVisible();
    expect(covariates.error?.control).toBe('ontology.covariates');
    expect(session.spec.draft.ontology.covariates).toEqual([]);
    await expect.element(screen.getByLabelText('Covariates (optional)')).toBeVisible();
  });

  it('that settings name hold a run up until their table is chosen or they are removed; undo brings them again', async () => {
    const { spec, session, history, note, screen, choose } = await setUp();
    session.chooseModel({ name: 'm', files: [] });
    const named = { name: 'links', path: 'theirs.tsv', identifierColumn: null, valueColumn: 'degree' };
    spec.draft.ontology.covariates = [named];
    expect(session.blocked).toMatch(/Choose the table of the covariate “links”, or remove it/);
    expect(session.dataInputs!.covariates).toEqual([]);
    await expect.element(screen.getByText(/choose it again, or remove it/)).toBeVisible();
    await choose(/^Covariates: links/, table('here.tsv', 'id\tdegree\nX:1\t4\n'));
    await vi.waitFor(() => expect(session.missingCovariates).toEqual([]));
    expect(session.dataInputs!.spec.ontology.covariates).toEqual([
      { ...named, path: 'here.tsv', identifierColumn: 'id' },
    ]);
    note();
    await screen.getByRole('button', { name: /^Remove/ }).click();
    note();
    expect(session.dataInputs!.covariates).toEqual([]);
    history.undo();
    expect(session.dataInputs!.covariates.map(({ path }) => path)).toEqual(['here.tsv']);
  });
});
