/** The ontologies that come with the lab, read with its own readers, and the command that makes them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { byteFile } from '../../../../src/core/files';
import { readSource } from '../../../../src/ontology';
import type { ReadOptions } from '../../../../src/ontology/reader';
import { detectTerminology, entriesOf, readBundledIndex, terminology } from '../../../../src/ontology/terminologies';
import type { Ontology } from '../../../../src/ontology/types';
import { describeWithShared, sharedPath } from '../../../helpers/shared';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');
const folder = path.join(repository, 'public/ontologies');
const bytes = (name: string) => readFileSync(path.join(folder, name));
const index = readBundledIndex(bytes('index.json').toString('utf8'));
const bundled = (name: string) => index.find((each) => each.name === name)!;

async function ontologyOf(name: string, options: ReadOptions = {}): Promise<Ontology> {
  const source = await readSource(byteFile({ name, text: bytes(name).toString('utf8') }), options);
  if (source.kind !== 'ontology') throw new Error(`${name} was read as ${source.kind}`);
  return source;
}

describe('the index of bundled ontologies', () => {
  it('states size and hash of every file, and no file lies beside that it does not name', () => {
    const files = index.flatMap(({ file, popularity }) => [file, popularity.file]);
    for (const { path: name, bytes: size, sha256 } of files) {
      expect(bytes(name).length, name).toBe(size);
      expect(createHash('sha256').update(bytes(name)).digest('hex'), name).toBe(sha256);
    }
    const named = new Set([...files.map((file) => file.path), 'index.json', 'README.md']);
    expect(readdirSync(folder).sort()).toEqual([...named].sort());
  });

  it('names terminologies that may be shipped, and README.md holds the same attributions and changes', () => {
    const readme = bytes('README.md').toString('utf8');
    expect(index).toHaveLength(2);
    for (const { terminology: name, attribution, changes, licence } of index) {
      expect(terminology(name).source.mayBeShipped).toBe(true);
      for (const text of [attribution, changes, licence]) expect(readme).toContain(text);
    }
  });

  it('is refused where it is something else, naming the field', () => {
    expect(() => readBundledIndex('<html>')).toThrow('not JSON');
    expect(() => readBundledIndex('{"indexVersion":1,"ontologies":[{"name":""}]}')).toThrow('ontologies.0.');
  });
});

describe('the cellular components', () => {
  it('are 1,000 live terms under one root with the licence in the file', async () => {
    const { file, terms } = bundled('go-cc');
    expect(file.bytes).toBeLessThanOrEqual(300_000);
    const ontology = await ontologyOf(file.path);
    expect(ontology).toMatchObject({ format: 'obo', roots: ['GO:0005575'], warningCount: 0 });
    expect(ontology.licence).toBe(bundled('go-cc').licenceUrl);
    expect(ontology.version).toBe(bundled('go-cc').version);
    expect(detectTerminology(ontology).name).toBe('go-cc');
    const { entries, leftOut } = entriesOf(ontology, terminology('go-cc'));
    expect(entries).toHaveLength(1000);
    expect(terms).toBe(1000);
    expect(leftOut).toEqual([]);
    const ids = new Set(ontology.terms.map((term) => term.id));
    expect(ontology.terms.flatMap((term) => term.parents).filter((parent) => !ids.has(parent))).toEqual([]);
  });

  it('fall into 270 branches of at most 117 terms', async () => {
    const { entries } = entriesOf(await ontologyOf(bundled('go-cc').file.path), terminology('go-cc'));
    const sizes = new Map<string | null, number>();
    for (const { entity } of entries) sizes.set(entity, (sizes.get(entity) ?? 0) + 1);
    expect(sizes.has(null)).toBe(false);
    expect(sizes.size).toBe(270);
    expect(Math.max(...sizes.values())).toBe(117);
  });

  it('have whole counts of at least 1 for their own identifiers only', async () => {
    const { popularity, file } = bundled('go-cc');
    const ids = new Set((await ontologyOf(file.path)).terms.map((term) => term.id));
    const lines = bytes(popularity.file.path).toString('utf8').trimEnd().split('\n').slice(1);
    expect(lines[0]).toBe(`${popularity.identifierColumn}\t${popularity.countColumn}`);
    expect(lines.slice(1)).toHaveLength(popularity.identifiers);
    for (const line of lines.slice(1)) {
      const [id = '', count = ''] = line.split('\t');
      expect(ids.has(id), line).toBe(true);
      expect(count).toMatch(/^[1-9][0-9]*$/);
    }
  });
});

describe('the genes', () => {
  it('are 1,000 names with symbols, all of which can be asked, and as many HGNC identifiers', async () => {
    const { file, columns, terms } = bundled('gene-names');
    const { term, identifier, hgnc } = columns!;
    const options = { termColumn: term, identifierColumn: identifier };
    const { entries, leftOut } = entriesOf(await ontologyOf(file.path, options), terminology('gene-names'));
    expect(entries).toHaveLength(1000);
    expect(terms).toBe(1000);
    expect(leftOut).toEqual([]);
    const codes = await ontologyOf(file.path, { termColumn: identifier, identifierColumn: hgnc });
    expect(entriesOf(codes, terminology('hgnc')).entries).toHaveLength(1000);
    expect(new Set(entries.map((entry) => entry.identifier.slice(0, 1))).size).toBe(26);
  });

  it('count the aliases that they list', () => {
    const [header = '', ...lines] = bytes(bundled('gene-names').file.path).toString('utf8').trimEnd().split('\n');
    const at = (column: string) => header.split('\t').indexOf(column);
    for (const line of lines) {
      const cells = line.split('\t');
      const listed = cells[at('synonyms')]!.split('|').filter((alias) => alias !== '');
      expect(cells[at('aliases')], line).toBe(String(listed.length));
    }
  });
});

describe('the command that makes them, without its sources', () => {
  const asked = (...args: string[]) =>
    spawnSync(process.execPath, [path.join(repository, 'bin/build-ontologies.js'), ...args], { encoding: 'utf8' });

  it('says which file is missing and how it is called, and writes nothing', () => {
    const empty = mkdtempSync(path.join(tmpdir(), 'ontologies-'));
    try {
      const { status, stderr } = asked(empty, path.join(empty, 'out'));
      expect(status).toBe(1);
      expect(stderr).toContain(`${path.join(empty, 'go_cc_subset.obo')} is missing`);
      expect(asked().stderr).toContain('Usage: node bin/build-ontologies.js SOURCE_DIR');
      expect(readdirSync(empty)).toEqual([]);
    } finally {
      rmSync(empty, { recursive: true });
    }
  });
});

describeWithShared(
  'the command that makes them',
  ['data/go_cc_subset.obo', 'data/go_cc_annotation_counts.tsv', 'data/hgnc_full_from_ncbi_gene_info_2022-11.tsv'],
  () => {
    it('makes the same bytes again', () => {
      const out = mkdtempSync(path.join(tmpdir(), 'ontologies-'));
      try {
        execFileSync(process.execPath, [path.join(repository, 'bin/build-ontologies.js'), sharedPath('data'), out]);
        expect(readdirSync(out).sort()).toEqual(readdirSync(folder).sort());
        for (const name of readdirSync(out)) {
          expect(readFileSync(path.join(out, name)).equals(bytes(name)), name).toBe(true);
        }
      } finally {
        rmSync(out, { recursive: true });
      }
    });
  },
);
