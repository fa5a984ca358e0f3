/** `ontoscope ontology`: every kind of source, as a table for people and as JSON; errors with their place. */
import { mkdir, writeFile } from 'node:fs/promises';
import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { ReadProgressLine } from '../../../src/cli/read-progress';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { useTemporaryFolder } from '../../helpers/temporary';

const place = useTemporaryFolder();

async function call(...argv: string[]) {
  const terminal = new FakeTerminal();
  const code = await main(['ontology', ...argv], terminal);
  return { code, terminal, out: terminal.stdout.join('\n'), err: terminal.stderr.join('\n') };
}

const OBO = `format-version: 1.4
ontology: toy

[Term]
id: X:1
name: one
namespace: numbers

[Term]
id: X:2
name: One
namespace: numbers
def: "a" oops []
is_a: X:1
is_a: X:9
`;

describe('an ontology', () => {
  it('is summarised as JSON', async () => {
    const path = await place('toy.obo');
    await writeFile(path, OBO);
    const { code, terminal } = await call(path, '--json');
    expect(code).toBe(0);
    expect(terminal.json()).toMatchObject({
      file: path,
      kind: 'ontology',
      format: 'obo',
      terms: 2,
      live: 2,
      obsolete: 0,
      byNamespace: { numbers: 2 },
      roots: ['X:1'],
      danglingParents: { count: 1, ids: ['X:9'] },
      duplicateLabels: { count: 2, examples: [{ label: 'one', ids: ['X:1', 'X:2'] }] },
      warningCount: 1,
      warnings: [{ line: 13, column: 10 }],
    });
  });

  it('is summarised as a table, with warnings on stderr', async () => {
    const path = await place('toy.obo.gz');
    await writeFile(path, gzipSync(new TextEncoder().encode(OBO)));
    const { code, out, err } = await call(path);
    expect(code).toBe(0);
    expect(out).toMatch(/^kind +ontology$/m);
    expect(out).toMatch(/^terms +2 \(2 live, 0 obsolete\)$/m);
    expect(out).toMatch(/^ +2 numbers$/m);
    expect(out).toMatch(/^dangling +X:9 \(parents/m);
    expect(out).toMatch(/^same label +2 live terms .*“one”: X:1, X:2$/m);
    expect(err).toMatch(/^warning line 13, column 10: the text after the closing quotation mark was left out/);
  });

  it('names the place of a fault', async () => {
    await writeFile(await place('bad.obo'), 'format-version: 1.2\n\n[Term]\nid: X:1\nname one\n');
    const { code, err } = await call(await place('bad.obo'));
    expect(code).toBe(1);
    expect(err).toMatch(/error ontology-malformed: .*bad\.obo, line 5, column 1: /);
  });
});

describe('a path', () => {
  it('that is not there is missing, in JSON too', async () => {
    const { code, terminal } = await call('nowhere.obo', '--json');
    expect(code).toBe(1);
    expect(terminal.json()).toMatchObject({
      error: { code: 'file-missing', message: expect.stringContaining('nowhere.obo') as string },
    });
  });

  it('that is a folder is refused as one', async () => {
    const path = await place('folder');
    await mkdir(path, { recursive: true });
    expect((await call(path)).err).toMatch(/error file-unreadable: .*folder cannot be read: it is a folder/);
  });
});

describe('an interrupted reading', () => {
  it('ends with status 130', async () => {
    const path = await place('long.obo');
    await writeFile(path, OBO + '! comment\n'.repeat(200_000));
    const terminal = new FakeTerminal({ tty: true });
    terminal.nowMs = () => {
      terminal.interrupt(); // the clock is asked for with every chunk
      return 0;
    };
    expect(await main(['ontology', path], terminal)).toBe(130);
    expect(terminal.stderr.join('\n')).toContain('error cancelled');
  });
});

describe('the progress of reading', () => {
  const state = (bytesRead: number) => ({ bytesTotal: 1000, bytesRead, records: 12_345 });

  it('is one line that is rewritten on a terminal, and taken away at the end', () => {
    const terminal = new FakeTerminal({ tty: true });
    const line = new ReadProgressLine(terminal, 'hp.json');
    line.show(state(100));
    terminal.now = 150;
    line.show(state(500));
    line.close();
    expect(terminal.rewritten).toEqual(['reading hp.json: 50.0 %, 12,345 records', '']);
    expect(terminal.stderr).toEqual([]);
  });

  it('is quiet in a log until seconds have passed', () => {
    const terminal = new FakeTerminal();
    const line = new ReadProgressLine(terminal, 'hp.json');
    terminal.now = 4000;
    line.show(state(100));
    terminal.now = 6000;
    line.show(state(900));
    line.close();
    expect(terminal.stderr).toEqual(['reading hp.json: 90.0 %, 12,345 records']);
  });
});

describeWithShared(
  'published files',
  [
    'data/hp_full_v2024-04-26.json.gz',
    'data/CTD_curated_genes_diseases_2025-08-27.csv',
    'data/mondo_exactmatch_icd10cm.sssom.tsv',
  ],
  () => {
    it.each([
      ['hp_full_v2024-04-26.json.gz', { kind: 'ontology', terms: 18961, live: 18536 }],
      [
        'CTD_curated_genes_diseases_2025-08-27.csv',
        { kind: 'associations', rows: 34222, subject: 'gene', subjects: 9111, object: 'disease', objects: 5858 },
      ],
      ['mondo_exactmatch_icd10cm.sssom.tsv', { kind: 'mappings', format: 'sssom' }],
    ])('%s is counted', async (name, expected) => {
      const { code, terminal } = await call(sharedPath('data', name), '--json');
      expect(code).toBe(0);
      expect(terminal.json()).toMatchObject(expected);
    });

    it('associations are named on both sides', async () => {
      const { out } = await call(sharedPath('data', 'CTD_curated_genes_diseases_2025-08-27.csv'));
      expect(out).toMatch(/^rows +34,222$/m);
      expect(out).toMatch(/^genes +9,111$/m);
      expect(out).toMatch(/^diseases +5,858$/m);
    });
  },
);

describe('a table', () => {
  it('is read by the columns that are named', async () => {
    const path = await place('named.tsv');
    await writeFile(path, 'code\tlabel\nA1\tone\nA2\ttwo\n');
    const { code, out } = await call(path, '--term-column', 'label', '--identifier-column', 'code');
    expect(code).toBe(0);
    expect(out).toMatch(/terms +2 \(2 live, 0 obsolete\)/);
  });
});
