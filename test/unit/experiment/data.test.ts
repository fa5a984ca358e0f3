/** From data files to a data set: covariates, columns, terminologies, and what is read only once. */
import { describe, expect, it } from 'vitest';
import { byteFile, type ByteFile } from '../../../src/core/files';
import { prepareData, reportDraw, Sources, textsOfPairs } from '../../../src/experiment';
import { pairHash, pairName, type Manifest } from '../../../src/records';
import { parseSpec } from '../../../src/spec';
import { manifest } from '../records/build';
import { tinySpec, tinyTerms } from '../../helpers/tiny-run';

const ids = Array.from({ length: 16 }, (_, i) => `ZZ:${String(i * 7 + 11).padStart(3, '0')}`);
const file = (name: string, text: string) => byteFile({ name, text });
const spec = (...sets: string[]) => parseSpec(tinySpec(...sets), 'tiny.json');

describe('preparing data', () => {
  it('carries the covariates of a file, unknown ones as null, beside the lexical measures', async () => {
    const covariates = '[{"name":"pmc","path":"pmc.tsv","valueColumn":"hits"}]';
    const rows = ids.map((id, i) => `${id}\tx\t${i === 3 ? 'NA' : i * 10}`);
    const { dataset, covariateFiles } = await prepareData({
      spec: spec(`ontology.covariates=${covariates}`, 'sampling.seen=10', 'sampling.withheld=6'),
      ontology: byteFile(tinyTerms),
      counts: null,
      covariates: [file('pmc.tsv', `id\tnote\thits\n${rows.join('\n')}\n`)],
    });
    const pairs = [...dataset.seen, ...dataset.withheld];
    expect(pairs.find(({ identifier }) => identifier === ids[5])!.covariates['pmc']).toBe(50);
    expect(pairs.find(({ identifier }) => identifier === ids[3])!.covariates['pmc']).toBeNull();
    expect(pairs[0]!.covariates).toHaveProperty(['lexical.ngram']);
    expect(covariateFiles).toMatchObject([{ name: 'pmc', file: { name: 'pmc.tsv' } }]);
  });

  it('takes popularity, entities and further names from columns of a table', async () => {
    const rows = ids.map((id, i) => `${id}\tname ${i}\tother ${i}|third ${i}\t${i % 4}\t${100 - i}`);
    const prepared = await prepareData({
      spec: spec(
        'ontology.synonymColumn="more"',
        'ontology.entityColumn="family"',
        'ontology.popularityColumn="hits"',
        'ontology.names="exact"',
        'sampling.design="entity-held-out"',
      ),
      ontology: file('mine.tsv', `identifier\tterm\tmore\tfamily\thits\n${rows.join('\n')}\n`),
      counts: null,
      covariates: [],
    });
    const { seen, withheld, popularity } = prepared.dataset;
    expect(popularity).toBe('column');
    const families = (part: typeof seen) => new Set(part.map(({ entity }) => entity));
    for (const family of families(withheld)) expect(families(seen).has(family)).toBe(false);
    expect(seen[0]!.acceptedTerms).toHaveLength(3);
    expect(reportDraw(prepared).covariates.map(({ name }) => name)).toContain('lexical.initials');
  });

  it('keeps examples apart from everything that is scored', async () => {
    const { dataset } = await prepareData({
      spec: spec('templates.examples.count=3'),
      ontology: byteFile(tinyTerms),
      counts: null,
      covariates: [],
    });
    const scored = new Set([...dataset.seen, ...dataset.withheld].map(({ identifier }) => identifier));
    expect(dataset.examples).toHaveLength(3);
    for (const { identifier } of dataset.examples) expect(scored.has(identifier)).toBe(false);
  });

  it('refuses a terminology that the file is not', async () => {
    const prepare = prepareData({
      spec: spec('ontology.terminology="hpo"'),
      ontology: byteFile(tinyTerms),
      counts: null,
      covariates: [],
    });
    await expect(prepare).rejects.toMatchObject({ code: 'terminology-mismatch' });
  });

  it('reads a file once, however often settings change, and again after a failure', async () => {
    let opened = 0;
    const counted = (inner: ByteFile): ByteFile => ({ ...inner, chunks: () => ((opened += 1), inner.chunks()) });
    const sources = new Sources();
    const ontology = counted(byteFile(tinyTerms));
    for (const seed of [1, 2, 3]) {
      await prepareData({ spec: spec(`seed=${seed}`), ontology, counts: null, covariates: [] }, sources);
    }
    expect(opened).toBe(1);
    const broken = counted(file('broken.tsv', 'a\tb\n"open\n'));
    for (let i = 0; i < 2; i++) await expect(sources.source(broken)).rejects.toThrow();
    expect(opened).toBe(3);
  });

  it('knows a file by its content', async () => {
    const sources = new Sources();
    const [a, b] = await Promise.all([
      sources.source(byteFile(tinyTerms)),
      sources.source(byteFile({ ...tinyTerms, name: 'x/y.tsv' })),
    ]);
    expect(a.identity.sha256).toBe(b.identity.sha256);
    expect(b.identity.name).toBe('y.tsv');
  });
});

describe('texts that a run does without', () => {
  const manifestOf = async (ontology: ByteFile): Promise<Pick<Manifest, 'spec' | 'ontology'>> => {
    const { identity } = await new Sources().source(ontology);
    return { spec: spec(), ontology: { ...manifest().ontology, file: identity } };
  };
  const terms = byteFile(tinyTerms);
  const drawn = async () => {
    const { dataset } = await prepareData({ spec: spec(), ontology: terms, counts: null, covariates: [] });
    return [...dataset.seen, ...dataset.withheld];
  };

  it('come back from its ontology, each under the name in its place', async () => {
    const pairs = await drawn();
    const found = await textsOfPairs(await manifestOf(terms), pairs.map(pairHash), terms);
    expect(found).toHaveLength(pairs.length);
    const byName = new Map(found.map(({ name, ...texts }) => [name, texts]));
    for (const { identifier, term } of pairs) {
      expect(byName.get(pairName(pairHash({ identifier, term })))).toEqual({ identifier, term });
    }
  });

  it('do not come from another file, nor for a pair that is not in it', async () => {
    const hashes = (await drawn()).map(pairHash);
    const other = file('terms.tsv', `${tinyTerms.text}ZZ:999\tlast\n`);
    await expect(textsOfPairs(await manifestOf(terms), hashes, other)).rejects.toMatchObject({ code: 'file-mismatch' });
    const unknown = [...hashes, pairHash({ identifier: 'ZZ:000', term: 'nowhere' })];
    await expect(textsOfPairs(await manifestOf(terms), unknown, terms)).rejects.toThrow(/^1 of 13 pairs/);
  });
});
