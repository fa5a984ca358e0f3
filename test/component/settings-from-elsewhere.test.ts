import { describe, expect, it } from 'vitest';
import { LinkStore } from '../../src/app/link.svelte';
import { NeededFiles } from '../../src/app/needed-files.svelte';
import { LabSession } from '../../src/app/session.svelte';
import { SpecHistory } from '../../src/app/spec-history.svelte';
import { SpecStore } from '../../src/app/spec.svelte';
import { RunStore } from '../../src/app/runs.svelte';
import { encodeSpecLink, parseSpec, type LinkFile } from '../../src/spec';

const sha256 = (letter: string) => letter.repeat(64);
const named: LinkFile[] = [
  { field: 'model.path', name: 'model.safetensors', bytes: 3, sha256: sha256('a') },
  { field: 'ontology.path', name: 'hp.obo', bytes: 2, sha256: sha256('b') },
  { field: 'ontology.covariates.0.path', name: 'degree.tsv', bytes: 2, sha256: sha256('c') },
];
const covariates = [{ name: 'degree', path: 'degree.tsv' }];
const linkOf = (epochs: number, files = named) =>
  encodeSpecLink(parseSpec({ specVersion: 2, model: {}, ontology: { covariates }, train: { epochs } }, 'test'), files);

/** Files whose hash is told by their text. */
const file = (name: string, text: string) => ({ path: name, file: new File([text], name) });
const hashOf = async (picked: { file: File }) => sha256((await picked.file.text())[0]!);

function setUp() {
  const spec = new SpecStore();
  const none = () => Promise.resolve([]);
  const runs = new RunStore({
    list: none,
    load: () => Promise.resolve(null),
    hasCheckpoint: () => Promise.resolve(false),
  });
  const session = new LabSession({} as never, spec, runs);
  const needed = new NeededFiles(session, hashOf);
  const address = {
    hash: '',
    fragment: () => address.hash,
    clear: () => (address.hash = ''),
    withFragment: (fragment: string) => `https://lab.example/${fragment}`,
    onChange: () => undefined,
  };
  const link = new LinkStore(address, session, spec, needed);
  const open = (hash: string) => {
    address.hash = hash;
    link.read();
  };
  const history = new SpecHistory(spec, { get: () => link.standing, set: (standing) => link.stand(standing) });
  let nowMs = 0;
  const note = () => history.note(spec.snapshot(), (nowMs += 5000));
  return { spec, session, needed, link, open, address, history, note };
}

describe('settings from a link', () => {
  it('win, keep the earlier ones aside, and give them back', () => {
    const { spec, link, open, address } = setUp();
    spec.setNumber('train.epochs', 7);
    open(linkOf(42));
    expect(spec.draft.train.epochs).toBe(42);
    open(linkOf(43));
    link.restore();
    expect(spec.draft.train.epochs).toBe(7);
    expect(link.foreign).toBeNull();
    expect(address.hash).toBe('');
  });

  it('that bring files keep the chosen ones aside, too', () => {
    const { spec, session, link } = setUp();
    const mine = { name: 'mine', files: [] };
    const [ontology, counts, degree, text] = [file('o', 'o'), file('c', 'c'), file('d', 'd'), file('t', 't')] as const;
    session.chooseModel(mine);
    session.chooseOntology(ontology);
    session.chooseCounts(counts);
    session.setCovariates([{ name: 'degree', file: degree }]);
    session.chooseText('evaluation.probes.canaries.path', text);
    const before = session.chosenFiles;
    link.take({ from: 'lesson', name: 'A lesson', spec: spec.snapshot(), files: [] });
    session.chooseModel({ name: 'bundled', files: [] });
    session.chooseOntology(file('bundled', 'b'));
    session.chooseCounts(null);
    session.setCovariates([]);
    session.chooseText('evaluation.probes.canaries.path', null);
    link.restore();
    expect(session.chosenFiles).toEqual(before);
  });

  it('where nothing was chosen before, leave the files that were chosen for them', () => {
    const { session, link, open } = setUp();
    open(linkOf(42));
    session.chooseModel({ name: 'supplied', files: [] });
    link.restore();
    expect(session.model?.name).toBe('supplied');
  });

  it('are not taken again where back leads over an answered link', () => {
    const { spec, link, open, address } = setUp();
    open(linkOf(41));
    open(linkOf(42));
    link.accept();
    spec.setNumber('train.epochs', 7);
    for (const epochs of [42, 41]) {
      open(linkOf(epochs));
      expect([spec.draft.train.epochs, link.foreign, address.hash]).toEqual([7, null, '']);
    }
    open(linkOf(43));
    expect(spec.draft.train.epochs).toBe(43);
  });

  it('change nothing where the link is broken', () => {
    const { spec, session, link, open } = setUp();
    spec.setNumber('train.epochs', 7);
    open(`${linkOf(42).slice(0, -3)}AAA`);
    expect(session.error).toMatchObject({ code: 'link-invalid' });
    expect(spec.draft.train.epochs).toBe(7);
    expect(link.foreign).toBeNull();
  });

  it('wait while a run goes on', () => {
    const { spec, session, link, open } = setUp();
    session.phase = 'running';
    open(linkOf(42));
    expect(spec.draft.train.epochs).toBe(20);
    session.phase = 'ready';
    link.take(link.waiting!);
    expect(spec.draft.train.epochs).toBe(42);
    expect(link.waiting).toBeNull();
  });

  it('go back into an equal link', () => {
    const { link, open } = setUp();
    open(linkOf(42));
    expect(link.present()).toBe(`https://lab.example/${linkOf(42)}`);
  });
});

describe('going back over settings from elsewhere', () => {
  const model = (name: string) => ({ name, files: [] });
  const chosen = (session: LabSession) => [session.model?.name, session.ontology?.path];

  it('over a link that was laid on a preset gives back the files that the preset stood with, forth those of the link', () => {
    const { spec, session, needed, link, open, history, note } = setUp();
    session.chooseModel(model('mine'));
    const epochs = (count: number) => ({ ...spec.snapshot(), train: { ...spec.snapshot().train, epochs: count } });
    link.take({ from: 'preset', name: 'Long', spec: epochs(50), files: null });
    session.chooseOntology(file('mine.obo', 'm'));
    note();
    open(linkOf(42));
    note();
    session.chooseModel(model('theirs'));
    session.chooseOntology(file('theirs.obo', 't'));
    history.undo();
    expect([spec.draft.train.epochs, link.foreign?.from]).toEqual([50, 'preset']);
    expect(chosen(session)).toEqual(['mine', 'mine.obo']);
    expect(needed.files).toEqual([]);
    history.redo();
    expect([spec.draft.train.epochs, link.foreign?.from]).toEqual([42, 'link']);
    expect(chosen(session)).toEqual(['theirs', 'theirs.obo']);
    expect(needed.files).toEqual(named);
    link.restore();
    expect(chosen(session)[0]).toBe('mine');
  });

  it('over a link that was accepted asks for its files no more', () => {
    const { session, needed, link, open, history, note } = setUp();
    session.chooseModel(model('mine'));
    open(linkOf(42));
    note();
    link.accept();
    expect(needed.files).toEqual(named);
    session.chooseModel(model('theirs'));
    history.undo();
    expect(needed.files).toEqual([]);
    expect(chosen(session)[0]).toBe('mine');
    history.redo();
    expect(link.foreign).toBeNull();
    expect(needed.files).toEqual(named);
    expect(chosen(session)[0]).toBe('theirs');
  });

  it('to a link from a preset that was laid on it once it was accepted leaves what it asks for', () => {
    const { spec, needed, link, open } = setUp();
    open(linkOf(42));
    link.accept();
    link.take({ from: 'preset', name: 'Long', spec: spec.snapshot(), files: null });
    link.restore();
    expect(needed.files).toEqual(named);
  });
});

describe('the files that a link names', () => {
  it('stand for a covariate under the path by which the settings name it', async () => {
    const { session, needed, link } = setUp();
    const far = [{ name: 'degree', path: 'far/away/degree.tsv' }];
    const spec = parseSpec({ specVersion: 2, model: {}, ontology: { covariates: far } }, 'test');
    link.take({ from: 'run', name: 'A run', spec, files: named });
    expect(session.missingCovariates).toEqual(['degree']);
    await needed.supply([file('d.tsv', 'cc')]);
    await needed.check();
    expect(session.missingCovariates).toEqual([]);
    expect(needed.needs[2]!.state).toBe('right');
  });

  it('find their places by their hash, whatever they are called here', async () => {
    const { session, needed, open } = setUp();
    open(linkOf(5));
    const others = await needed.supply([
      file('weights.bin', 'aaa'),
      file('downloaded(1).obo', 'bb'),
      file('d.tsv', 'cc'),
      file('x.obo', 'xx'),
    ]);
    await needed.check();
    expect(needed.needs.map(({ state }) => state)).toEqual(['right', 'right', 'right']);
    expect(others.map(({ path }) => path)).toEqual(['x.obo']);
    expect(session.covariates.map(({ name }) => name)).toEqual(['degree']);
  });

  it('are told apart from files of the same name and size', async () => {
    const { session, needed, open } = setUp();
    open(linkOf(5));
    session.chooseOntology(file('hp.obo', 'xx'));
    session.chooseModel({ name: 'model', files: [file('model.safetensors', 'aaaa')] });
    await needed.check();
    expect(needed.needs.map(({ state }) => state)).toEqual(['other', 'other', 'missing']);
  });
});
