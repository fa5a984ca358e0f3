/** A world's files: read back by the lab's own readers. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { byteFile, type ByteFile } from '../../../src/core/files';
import { LabError } from '../../../src/core/errors';
import { readOntology } from '../../../src/ontology';
import { lookAtWorld, makeWorld, prepareData, worldFiles } from '../../../src/experiment';
import { parseSpec, parseWorld, type GivenSource } from '../../../src/spec';
import { createTokenizer } from '../../../src/tokens/hf-tokenizer';

const SMALL = new URL('../../../public/worlds/small.json', import.meta.url);
const spec = parseWorld(readFileSync(SMALL, 'utf8'), 'small.json');

async function open({ path }: GivenSource): Promise<ByteFile> {
  return byteFile({ name: path, text: readFileSync(new URL(path, SMALL), 'utf8') });
}

const made = makeWorld(spec, open);
const written = made.then(worldFiles);

async function textOf(name: string): Promise<string> {
  return (await written).files.find((file) => file.name === name)!.text;
}

describe('the files of a world', () => {
  it('are the same bytes when it is made again', async () => {
    expect(worldFiles(await makeWorld(spec, open)).files).toEqual((await written).files);
    const other = worldFiles(await makeWorld({ ...spec, seed: 2 }, open));
    for (const [i, { name, text }] of (await written).files.entries()) {
      if (name !== 'tokenizer_config.json') expect(other.files[i]!.text, name).not.toBe(text);
    }
  });

  it('hold the world itself, with its hash', async () => {
    const { hash, facts } = await made;
    const { hash: kept, ...again } = parseWorld(await textOf('world.json'), 'world.json');
    expect(kept).toBe(hash);
    expect(again).toEqual(spec);
    expect(facts).toHaveLength(280);
  });

  it('are an experiment on its facts: exposures as popularity, covariates with every pair', async () => {
    const experiment = parseSpec(await textOf('experiment.json'), 'experiment.json');
    const table = byteFile({ name: 'terms.tsv', text: await textOf('terms.tsv') });
    const data = await prepareData({
      spec: experiment,
      ontology: table,
      counts: null,
      covariates: experiment.ontology.covariates.map(() => table),
    });
    const { facts, occurrences } = await made;
    expect(data.leftOut).toEqual([]);
    expect(data.universe).toHaveLength(facts.length);
    const pairs = [...data.dataset.seen, ...data.dataset.withheld];
    expect(pairs).toHaveLength(200);
    for (const pair of pairs) {
      const at = facts.findIndex(({ identifier }) => identifier === pair.identifier);
      const { term, exposures, derived } = facts[at]!;
      const found = occurrences[at]!;
      expect(found['term-to-id'].length + found['id-to-term'].length).toBe(exposures);
      expect(pair).toMatchObject({ term, count: exposures });
      expect(pair.covariates.exposures).toBeCloseTo(Math.log2(1 + exposures), 5);
      if (exposures === 0) expect(pair.covariates.termFirst).toBeNull();
      else expect(pair.covariates.termFirst).toBeCloseTo(found['term-to-id'].length / exposures, 5);
      expect(pair.covariates.derived).toBe(derived === null ? null : Number(derived));
    }
  });

  it('are split by groups: rows of terms.tsv, and sentences in the order of training', async () => {
    const { spec: own, corpus, facts } = await made;
    const names = own.groups.map(({ name }) => name);
    const lines = async (name: string) => (await textOf(name)).split('\n').slice(0, -1);
    const [header, ...rows] = await lines('terms.tsv');
    const tables = await Promise.all(names.map((name) => lines(`groups/${name}.tsv`)));
    for (const table of tables) expect(table[0]).toBe(header);
    expect(tables.flatMap((table) => table.slice(1))).toEqual(rows);
    const texts = new Map([[null as string | null, await lines('filler.txt')]]);
    for (const name of names) texts.set(name, await lines(`groups/${name}.txt`));
    for (const { text, fact } of corpus.sentences) {
      expect(texts.get(fact === null ? null : facts[fact]!.group)!.shift()).toBe(text);
    }
    expect([...texts.values()].flat()).toEqual([]);
  });

  it('tell every sentence, and every fact’s sentences', async () => {
    const sentences = (await textOf('sentences.jsonl'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { text: string; fact: number | null; order: string | null });
    expect(sentences).toEqual((await made).corpus.sentences);
    const lines = (await textOf('occurrences.jsonl'))
      .trimEnd()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as {
            fact: number;
            term: string;
            identifier: string;
            termFirst: number[];
            idFirst: number[];
          },
      );
    expect(lines.map(({ fact }) => fact)).toEqual((await made).facts.map((_, i) => i));
    for (const { fact, term, identifier, termFirst, idFirst } of lines) {
      for (const at of [...termFirst, ...idFirst]) {
        expect(sentences[at]!.fact).toBe(fact);
        expect(sentences[at]!.text).toContain(term);
        expect(sentences[at]!.text).toContain(identifier);
      }
      expect(termFirst.every((at) => sentences[at]!.order === 'term-to-id')).toBe(true);
    }
    expect((await textOf('held-out.txt')).trimEnd().split('\n')).toEqual((await made).corpus.heldOut);
  });

  it('hold a tokenizer that spells the corpus as the summary counts it', async () => {
    const parse = async (name: string) => JSON.parse(await textOf(name)) as Record<string, unknown>;
    const tokenizer = createTokenizer(await parse('tokenizer.json'), await parse('tokenizer_config.json'));
    const { summary } = await written;
    // What is predicted: every token but the one in front, and the end.
    const predicted = (await made).corpus.sentences.map(({ text }) => tokenizer.encodePrompt(text).length - 1 + 1);
    expect(predicted).toHaveLength(summary.sentences);
    expect(predicted.reduce((a, b) => a + b, 0)).toBe(summary.tokens);
    expect(Math.max(...predicted)).toBe(summary.longestSentence);
    expect(tokenizer.vocabSize).toBe(summary.vocabulary);
    expect(summary.vocabulary).toBeLessThanOrEqual(1024);
  });
});

describe('a preview', () => {
  it('shows the facts of the world, in milliseconds', async () => {
    const start = performance.now();
    const preview = await lookAtWorld({ ...spec, groups: spec.groups.slice(0, 2) }, open, 4);
    expect(performance.now() - start).toBeLessThan(500);
    expect(preview.groups.map(({ facts, derived }) => [facts, derived])).toEqual([
      [120, 0],
      [120, 60],
    ]);
    const { facts, corpus } = await made;
    const whole = await lookAtWorld(spec, open, 4);
    expect(whole.hash).toBe((await made).hash);
    expect(whole.factSentences).toBe(corpus.sentences.filter(({ fact }) => fact !== null).length);
    for (const group of whole.groups) {
      const members = facts.filter((fact) => fact.group === group.name);
      expect(group.examples.map(({ sentences: _, ...fact }) => fact)).toEqual(members.slice(0, 4));
    }
    const filler = corpus.sentences.filter(({ fact }) => fact === null).map(({ text }) => text);
    expect(whole.fillerExamples).toEqual(filler.slice(0, 4));
  });
});

describe('given groups', () => {
  const givenSpec = (source: Partial<GivenSource>) =>
    parseWorld(
      {
        worldVersion: 1,
        groups: [{ name: 'g', source: { kind: 'given', path: 'x.tsv', ...source } }],
        filler: { sentences: 10 },
      },
      'w',
    );
  const fromText = (text: string) => async () => byteFile({ name: 'x.tsv', text });
  const go = fileURLToPath(new URL('../../../public/ontologies/go-cc.obo', import.meta.url));

  it('read an ontology as an experiment does', async () => {
    const world = await makeWorld(givenSpec({ count: 300, longest: 60 }), fromText(readFileSync(go, 'utf8')));
    expect(world.facts).toHaveLength(300);
    for (const { term, identifier, derived, grammar } of world.facts) {
      expect(identifier).toMatch(/^GO:\d{7}$/);
      expect(term.length).toBeLessThanOrEqual(60);
      expect([derived, grammar]).toEqual([null, 'given']);
    }
  });

  it('come back from the table as they were, whatever they hold', async () => {
    const terms = ['so "odd", it is', '# no comment', '"quoted"', "it's;1", 'ünï 😀', '007', '-', 'NA'];
    const text = `term,identifier\n${terms.map((term, i) => `"${term.replaceAll('"', '""')}",#${i}`).join('\n')}\n`;
    const world = await makeWorld(givenSpec({}), fromText(text));
    expect(world.facts.map(({ term }) => term).sort()).toEqual([...terms].sort());
    const table = worldFiles(world).files.find(({ name }) => name === 'terms.tsv')!;
    const read = await readOntology(byteFile(table));
    expect(read.terms.map(({ id, label }) => [label, id])).toEqual(
      world.facts.map(({ term, identifier }) => [term, identifier]),
    );
  });

  it('pass over long and doubled names, and say when too few are left', async () => {
    const text = 'term\tidentifier\none\tA1\nOne\tA2\na very long name indeed\tA3\ntwo\tA4\n';
    const world = await makeWorld(givenSpec({ longest: 10 }), fromText(text));
    expect(world.facts.map(({ identifier }) => identifier).sort()).toEqual(['A1', 'A4']);
    const error = await makeWorld(givenSpec({ longest: 10, count: 3 }), fromText(text)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(LabError);
    expect(error).toMatchObject({ code: 'too-few-terms', control: 'groups.0.source.count' });
  });

  it('are refused where two groups share a name', async () => {
    const text = 'term\tidentifier\none\tA1\ntwo\tA4\n';
    const source = { kind: 'given' as const, path: 'x.tsv' };
    const two = parseWorld(
      {
        worldVersion: 1,
        groups: [
          { name: 'a', source },
          { name: 'b', source },
        ],
      },
      'w',
    );
    await expect(makeWorld(two, fromText(text))).rejects.toMatchObject({
      code: 'world-invalid',
      control: 'groups.1.source.path',
    });
  });
});
