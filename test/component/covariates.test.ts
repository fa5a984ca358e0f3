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
import { toLabError } from '../../src/core/errors';
import { DataCalls } from '../../src/worker/data-calls';
import { DataDesk } from '../../src/worker/data-desk';

const table = (name: string, text: string) => new File([text], name);
const NUMBERS = 'term\tid\tdegree\tdepth\nache\tX:1\t3\t1\npain\tX:2\t\t2\n<b>\tX:3\t5\t2\n';

/** The desk itself at the end of the page's own line to it. */
function questions(): DataCalls {
  const desk = new DataDesk();
  const calls: DataCalls = new DataCalls((runId, body) => {
    if (body.kind !== 'numbers') throw new Error(body.kind);
    desk.numbers(body.file, body.identifierColumn).then(
      (answer) => calls.receive({ kind: 'numbered', seq: 0, runId, table: answer }),
      (thrown: unknown) => calls.receive({ kind: 'failed', seq: 0, runId, error: toLabError(thrown).serialize() }),
    );
  });
  return calls;
}

async function setUp() {
  const spec = new SpecStore();
  const session = new LabSession({} as never, spec, new RunStore({} as never));
  session.chooseOntology({ path: 'o.tsv', file: table('o.tsv', '') });
  const covariates = new CovariateTables(questions(), session);
  const history = new SpecHistory(spec, {
    get: () => session.covariates,
    set: (chosen: typeof session.covariates) => covariates.stand(chosen),
  });
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

  it('are those of the table that undo brings back, though another has the same columns or the same name', async () => {
    const { session, covariates, history, note } = await setUp();
    const [one, other] = [table('a.tsv', 'id\tx\nX:1\t1\n'), table('b.tsv', 'id\tx\nX:1\t9\n')];
    const sent = () => session.dataInputs!.covariates.map(({ file }) => file);
    const named = () => session.dataInputs!.spec.ontology.covariates.map(({ path }) => path);
    await covariates.choose({ path: 'a.tsv', file: one });
    note();
    await covariates.choose({ path: 'b.tsv', file: other }, 'a.tsv');
    note();
    expect([named(), sent()]).toEqual([['b.tsv'], [other]]);
    history.undo();
    expect(named()).toEqual(['a.tsv']);
    expect(sent()[0]).toBe(one);
    history.redo();
    expect(named()).toEqual(['b.tsv']);
    expect(sent()[0]).toBe(other);
    history.undo();
    const wider = table('a.tsv', 'id\tx\ty\nX:1\t5\t6\n');
    await covariates.choose({ path: 'a.tsv', file: wider });
    covariates.setTaken(covariates.tables[0]!, 'y', true);
    note();
    expect(sent()[0]).toBe(wider);
    history.undo();
    expect(sent()).toHaveLength(1);
    expect(sent()[0]).toBe(one);
  });

  it('chosen anew for the same settings stay when a later step is undone', async () => {
    const { spec, session, covariates, history, note } = await setUp();
    await covariates.choose({ path: 'a.tsv', file: table('a.tsv', 'id\tx\nX:1\t1\n') });
    note();
    const corrected = table('a.tsv', 'id\tx\nX:1\t2\n');
    await covariates.choose({ path: 'a.tsv', file: corrected });
    note();
    spec.setNumber('train.epochs', 7);
    note();
    history.undo();
    expect(session.dataInputs!.covariates[0]!.file).toBe(corrected);
  });

  it('that were removed are not taken for a table of the same column that settings from elsewhere name', async () => {
    const { spec, session, covariates } = await setUp();
    await covariates.choose({ path: 'a.tsv', file: table('a.tsv', 'id\tx\nX:1\t1\n') });
    const theirs = { name: 'x', path: 'theirs.tsv', identifierColumn: null, valueColumn: 'x' };
    spec.draft.ontology.covariates = [theirs];
    expect(session.missingCovariates).toEqual(['x']);
    spec.draft.ontology.covariates = [{ ...theirs, path: 'a.tsv' }];
    expect(session.missingCovariates).toEqual([]);
    covariates.remove('a.tsv');
    spec.draft.ontology.covariates = [{ ...theirs, path: 'a.tsv' }];
    expect(session.missingCovariates).toEqual(['x']);
  });

  it('are read by the identifiers that undo brings back', async () => {
    const { covariates, history, note, screen, choose } = await setUp();
    await choose('Covariates (optional)', table('two.tsv', 'id\tother\tdegree\n1\t7\t3\n2\t8\t4\n'));
    await expect.element(screen.getByRole('checkbox', { name: 'other' })).toBeVisible();
    note();
    await screen.getByLabelText('Its identifiers are in column').selectOptions('other');
    await expect.element(screen.getByRole('checkbox', { name: 'id' })).toBeVisible();
    note();
    history.undo();
    await expect.element(screen.getByRole('checkbox', { name: 'id' })).not.toBeInTheDocument();
    expect(covariates.tables[0]!.columns).toEqual([
      { name: 'other', as: 'other' },
      { name: 'degree', as: 'degree' },
    ]);
  });

  it('whose column the settings leave open are the first of numbers, and keep their names', async () => {
    const { spec, session, covariates } = await setUp();
    const named = (name: string, valueColumn: string | null) => ({
      ...{ name, path: 'theirs.tsv', identifierColumn: null, valueColumn },
    });
    spec.draft.ontology.covariates = [named('links', null), named('years', 'age')];
    const file = table('here.tsv', 'id\tdegree\tdepth\tage\nX:1\t4\t1\t30\n');
    await covariates.choose({ path: 'here.tsv', file }, 'theirs.tsv');
    expect(session.dataInputs!.spec.ontology.covariates).toEqual([
      { name: 'links', path: 'here.tsv', identifierColumn: 'id', valueColumn: 'degree' },
      { name: 'years', path: 'here.tsv', identifierColumn: 'id', valueColumn: 'age' },
    ]);
    expect(covariates.tables[0]!.columns.map(({ as }) => as)).toEqual(['links', null, 'years']);
  });

  it('that settings name are not dropped for a table without their column', async () => {
    const { spec, covariates, session, screen } = await setUp();
    const named = { name: 'links', path: 'theirs.tsv', identifierColumn: null, valueColumn: 'degree' };
    spec.draft.ontology.covariates = [named];
    const wrong = { path: 'wrong.tsv', file: table('wrong.tsv', 'id\tdepth\nX:1\t4\n') };
    await covariates.choose(wrong, 'theirs.tsv');
    await expect.element(screen.getByText(/^wrong\.tsv has no column of numbers “degree”/)).toBeVisible();
    expect(spec.snapshot().ontology.covariates).toEqual([named]);
    expect(session.missingCovariates).toEqual(['links']);
    covariates.remove('theirs.tsv');
    await covariates.choose({ path: 'a.tsv', file: table('a.tsv', 'id\tx\ty\nX:1\t1\t2\n') });
    await covariates.choose({ path: 'b.tsv', file: table('b.tsv', 'id\ty\nX:1\t3\n') }, 'a.tsv');
    expect(covariates.error?.message).toMatch(/“x”, which the settings name\. The others were taken/);
    expect(session.dataInputs!.spec.ontology.covariates.map(({ name }) => name)).toEqual(['y']);
  });

  it('have names that the records do not use for something else', async () => {
    const { session, covariates } = await setUp();
    const header = ['id', 'rank', 'count', 'tokens.term', '__proto__', 'constructor', 'free'].join('\t');
    await covariates.choose({ path: 'a.tsv', file: table('a.tsv', `${header}\nX:1\t1\t2\t3\t4\t5\t6\n`) });
    expect(session.dataInputs!.spec.ontology.covariates.map(({ name }) => name)).toEqual([
      'covariate.rank',
      'covariate.count',
      'covariate.tokens.term',
      'covariate.__proto__',
      'covariate.constructor',
      'free',
    ]);
  });

  it('of a table with two columns of one name are refused; of those that are not numbers no matter', async () => {
    const { session, screen, choose } = await setUp();
    await choose('Covariates (optional)', table('bad.tsv', 'id\tx\tx\nX:1\t3\t4\n'));
    await expect.element(screen.getByText(/two columns are named "x"/)).toBeVisible();
    await choose('Covariates (optional)', table('good.tsv', 'id\tnote\tnote\t\t\tx\nX:1\ta\tb\t1\t2\t4\n'));
    await expect.element(screen.getByLabelText('Its identifiers are in column')).toBeVisible();
    expect(session.dataInputs!.spec.ontology.covariates.map(({ name }) => name)).toEqual(['x']);
  });

  it('of tables that are chosen at once are all taken, in their order, and the fault of one is still told', async () => {
    const { session, covariates } = await setUp();
    const of = (name: string, column: string, cell = '1') => ({
      ...{ path: name, file: table(name, `id\t${column}\nX:1\t${cell}\n`) },
    });
    const chosen = [of('a.tsv', 'x'), of('bad.tsv', 'z', 'none of them'), of('b.tsv', 'x')];
    await Promise.all(chosen.map((each) => covariates.choose(each)));
    expect(session.dataInputs!.spec.ontology.covariates.map(({ name, path }) => `${name} ${path}`)).toEqual([
      'x a.tsv',
      'x (2) b.tsv',
    ]);
    expect(covariates.error?.message).toMatch(/^bad\.tsv/);
    expect(covariates.reading).toBeNull();
  });

  it('are not taken for another ontology than they were chosen for', async () => {
    const { session, covariates } = await setUp();
    const reading = covariates.choose({ path: 'a.tsv', file: table('a.tsv', 'id\tx\nX:1\t1\n') });
    session.chooseOntology({ path: 'other.tsv', file: table('other.tsv', '') });
    await reading;
    expect(session.dataInputs!.covariates).toEqual([]);
    expect(session.spec.draft.ontology.covariates).toEqual([]);
    expect(covariates.error?.message).toMatch(/another ontology was chosen while it was read/);
  });
});
