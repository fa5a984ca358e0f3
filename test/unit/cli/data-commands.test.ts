/** `dataset` and `associations`: the draws, from the terminal. */
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { useTemporaryFolder } from '../../helpers/temporary';
import { tinySpec, tinyTerms } from '../../helpers/tiny-run';

const place = useTemporaryFolder();

async function ontoscope(...argv: string[]) {
  const terminal = new FakeTerminal();
  const code = await main(argv, terminal);
  return { code, out: terminal.stdout.join('\n'), err: terminal.stderr.join('\n') };
}

async function specFile(...sets: string[]) {
  await writeFile(await place('terms.tsv'), tinyTerms.text);
  const file = await place('spec.json');
  await writeFile(file, JSON.stringify(tinySpec(...sets)));
  return file;
}

describe('ontoscope dataset', () => {
  it('shows bins and says how many pairs came of them', async () => {
    const { code, out } = await ontoscope('dataset', await specFile());
    expect(code).toBe(0);
    expect(out).toContain('8 seen, 4 withheld of 16 terms');
    expect(out).toMatch(/^ {3}1 +8 +– +4 +2$/m);
  });

  it('gives the whole draw as JSON, the same again, another with another seed', async () => {
    const file = await specFile();
    const first = await ontoscope('dataset', file, '--json');
    const draw = JSON.parse(first.out) as {
      hash: string;
      pairs: { seen: boolean; covariates: Record<string, number> }[];
    };
    expect(draw.pairs.filter(({ seen }) => seen)).toHaveLength(8);
    expect(draw.pairs[0]!.covariates).toHaveProperty(['lexical.ngram']);
    expect((await ontoscope('dataset', file, '--json')).out).toBe(first.out);
    const other = JSON.parse((await ontoscope('dataset', file, '--json', '--set', 'seed=8')).out) as { hash: string };
    expect(other.hash).not.toBe(draw.hash);
  });

  it('needs no model, and names what does not fit', async () => {
    const file = await specFile('model.path=nowhere');
    expect((await ontoscope('dataset', file)).code).toBe(0);
    const { code, err } = await ontoscope('dataset', file, '--set', 'sampling.seen=100');
    expect(code).toBe(1);
    expect(err).toContain('too-few-terms');
    expect((await ontoscope('dataset')).code).toBe(2);
  });
});

/** Twenty genes with as many diseases as their rank says. */
function ctdText(): string {
  const rows = Array.from({ length: 20 }, (_, gene) =>
    Array.from({ length: 1 + (gene % 7) }, (_, i) => {
      const disease = (gene * 3 + i * 5) % 30;
      return `G${gene},${gene + 1},Disease ${disease},MESH:D${1000 + disease},marker/mechanism,,1`;
    }),
  ).flat();
  return `GeneSymbol,GeneID,DiseaseName,DiseaseID,DirectEvidence,OmimIDs,PubMedIDs\n${rows.join('\n')}\n`;
}

describe('ontoscope associations', () => {
  it('makes as many false statements as true ones and judges the degree-only baseline', async () => {
    const file = await place('ctd.csv');
    await writeFile(file, ctdText());
    const out = await place('statements');
    const { code, out: text } = await ontoscope('associations', file, '--out', out, '--json', '--seed', '3');
    expect(code).toBe(0);
    const report = JSON.parse(text) as {
      train: number;
      test: number;
      counts: { positives: number; negativesMade: number };
      baseline: { auc: { value: number; n: number } };
    };
    expect(report.counts.negativesMade).toBe(report.counts.positives);
    expect(report.train + report.test).toBe(2 * report.counts.positives);
    expect(report.baseline.auc.n).toBe(report.test);
    const lines = (await readFile(`${out}/test.jsonl`, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(report.test);
    expect(JSON.parse(lines[0]!)).toMatchObject({ text: expect.stringContaining('is associated with') as string });
    const plain = await ontoscope('associations', file, '--negatives', 'degree-matched', '--hold-out', '0.2,0.2');
    expect(plain.out).toContain('from frequencies alone');
    expect(plain.out).toMatch(/held out +4 genes/);
  });

  it('refuses other files and impossible options', async () => {
    await specFile();
    const { code, err } = await ontoscope('associations', await place('terms.tsv'));
    expect(code).toBe(1);
    expect(err).toContain('not associations');
    const file = await place('ctd.csv');
    expect((await ontoscope('associations', file, '--negatives', 'hard')).code).toBe(2);
    expect((await ontoscope('associations', file, '--hold-out', '0.1')).code).toBe(2);
    expect((await ontoscope('associations', file, '--both')).code).toBe(2);
    expect((await ontoscope('associations', file, '--test', '2')).code).toBe(2);
  });
});
