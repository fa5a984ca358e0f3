/** Bundles without the names of an ontology: what is gone, what stays, and how the pairs are known again. */
import * as fc from 'fast-check';
import { unzipSync } from 'fflate';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { summarize } from '../../../src/experiment/summary';
import {
  compareRuns,
  decodeEmbeddings,
  encodeEmbeddings,
  encodeManifest,
  openBundle,
  packBundle,
  pairHash,
  pairPolicy,
  readRun,
  runFile,
  runFileNames,
  withoutPairs,
  type BundleFile,
  type FactRecord,
  type Manifest,
  type TrialRecord,
} from '../../../src/records';
import { plausibleRun } from '../../fixtures/run/plausible-run';

const bytes = (content: string) => new TextEncoder().encode(content);
const text = (content: Uint8Array) => new TextDecoder('utf-8', { fatal: false }).decode(content);

const made = plausibleRun({ pairs: 8, epochs: 3 });
const rehearsed = made.facts.find(({ seen }) => !seen)!;
const run = {
  ...made,
  manifest: {
    ...made.manifest,
    probes: { files: [], warnings: [`“${made.facts[3]!.term}” was cut.`, 'Nothing is named here.'] },
    error: { code: 'x', message: `The log-probability of ${made.facts[0]!.identifier} is not finite.`, hint: 'Try.' },
  } as Manifest,
  facts: made.facts.map((fact, index): FactRecord => ({
    ...fact,
    entity: index % 2 ? 'Nervous system' : null,
    answerPieces: Array.from({ length: fact.answerTokens }, () => 'piece of a label'),
  })),
  trials: made.trials.map((trial, index): TrialRecord => ({
    ...trial,
    tokenLogProbs: Array.from({ length: trial.tokens }, (_, at) => -1 - at),
    sampled:
      index % 3 === 0
        ? { samples: 2, answerHits: 0, tokenHits: 0, answers: [{ text: 'a sampled answer', count: 2, right: false }] }
        : null,
  })),
  steps: made.steps.map((step, index) =>
    index % 5 === 0 && step.direction === rehearsed.direction
      ? { ...step, rehearsalTokens: 4, rehearsed: [rehearsed.fact, 'line:3'] }
      : step,
  ),
  adapters: [{ direction: 'id-to-term' as const, files: [{ path: 'weights.bin', bytes: Uint8Array.of(1, 2) }] }],
};
run.summary = summarize(run.manifest, run.trials, run.steps);
const vectors = encodeEmbeddings({
  ...{ direction: 'term-to-id', epoch: 0, step: 0, pooling: 'last-token', padding: null },
  pairs: run.facts.slice(0, 2).map(({ identifier, term, seen }) => ({ identifier, term, seen })),
  layers: [{ layer: 0, width: 1, term: Float32Array.of(1, 2), identifier: Float32Array.of(3, 4) }],
});
const FILES: BundleFile[] = [
  ...runFileNames(run).map((path) => runFile(run, path)),
  { path: 'embeddings/term-to-id-0.safetensors', bytes: vectors },
  { path: 'notes.txt', bytes: bytes(`I like ${run.facts[1]!.term}.`) },
];
const archive = packBundle(FILES, run.manifest, 'left-out');
const opened = openBundle(archive);

/** Everything in the bundle that could be told as text. */
const contents = Object.entries(unzipSync(archive)).map(([path, content]) => [path, text(content)] as const);

describe('a bundle without its pairs', () => {
  it('holds no name, identifier, answer or entity of the run in any of its files', () => {
    const answers = run.trials.map(({ answer }) => answer).filter((answer) => answer.length > 2);
    const texts = new Set([...run.facts.flatMap(({ identifier, term }) => [identifier, term]), ...answers]);
    expect(texts.size).toBeGreaterThan(30);
    const whole = unzipSync(packBundle(FILES, run.manifest));
    for (const word of [...texts, 'Nervous system', 'piece of a label', 'a sampled answer']) {
      expect(
        Object.values(whole).some((content) => text(content).includes(word)),
        word,
      ).toBe(true);
      for (const [path, content] of contents) expect(content.includes(word), `${word} in ${path}`).toBe(false);
    }
    expect(contents.map(([path]) => path)).not.toContain('notes.txt');
  });

  it('says so: in bundle.json, which older readers refuse, and in the manifest', () => {
    expect(opened.info).toMatchObject({ bundleVersion: 2, pairs: { texts: 'left-out' } });
    expect(opened.info.pairs.note).toContain(run.manifest.ontology.file.sha256);
    expect(opened.bundle.manifest).toMatchObject({ pairTexts: 'left-out', runId: run.manifest.runId });
    expect(opened.bundle.manifest.probes!.warnings[1]).toBe('Nothing is named here.');
    const whole = openBundle(packBundle(FILES, run.manifest));
    expect(whole.info.bundleVersion).toBe(1);
    expect(whole.bundle.manifest).not.toHaveProperty('pairTexts');
  });

  it('keeps everything that was measured', () => {
    const { facts, trials, steps } = opened.bundle;
    const measured = ({ fact: _f, identifier: _i, term: _t, answer: _a, sampled, ...rest }: TrialRecord) => ({
      ...rest,
      sampled: sampled && [sampled.samples, sampled.answerHits, sampled.tokenHits],
    });
    expect(trials.map(measured)).toEqual(run.trials.map(measured));
    const known = ({
      fact: _f,
      identifier: _i,
      term: _t,
      entity: _e,
      pair: _p,
      answerPieces: _,
      ...rest
    }: FactRecord) => rest;
    expect(facts.map(known)).toEqual(run.facts.map(known));
    expect(steps.map(({ rehearsed: _, ...rest }) => rest)).toEqual(run.steps.map(({ rehearsed: _, ...rest }) => rest));
    const adapter = opened.files.find(({ path }) => path.endsWith('weights.bin'));
    expect(adapter!.bytes).toEqual(Uint8Array.of(1, 2));
    expect(decodeEmbeddings(opened.files.find(({ path }) => path.startsWith('embeddings/'))!.bytes, 'x').layers)
      .toEqual(decodeEmbeddings(vectors, 'y').layers); // prettier-ignore
  });

  it('has the very summary and charts of the whole run, rehearsed facts apart', () => {
    const { manifest, trials, steps, summary } = opened.bundle;
    expect(summarize(manifest, trials, steps)).toEqual(run.summary);
    expect(summary).toEqual(run.summary);
    expect(run.summary.directions.some((direction) => direction.rehearsed)).toBe(true);
    const whole = openBundle(packBundle(FILES, run.manifest));
    for (const { path, bytes: content } of whole.files.filter(({ path }) => /^charts|^summary/.test(path))) {
      expect(opened.files.find((file) => file.path === path)!.bytes, path).toEqual(content);
    }
  });

  it('names each pair by the SHA-256 of its JSON, so that the ontology gives it back', () => {
    opened.bundle.facts.forEach((fact, index) => {
      const { identifier, term } = run.facts[index]!;
      const hash = createHash('sha256')
        .update(JSON.stringify([identifier, term]))
        .digest('hex');
      expect(fact.pair).toBe(hash);
      expect(pairHash({ identifier, term })).toBe(hash);
      expect(fact.identifier).toBe(`pair-${hash.slice(0, 16)}`);
    });
    const facts = new Map(opened.bundle.facts.map((fact) => [fact.fact, fact]));
    opened.bundle.trials.forEach((trial, index) => {
      const original = run.trials[index]!;
      expect(facts.get(trial.fact)!.pair).toBe(pairHash(original));
    });
    const listed = new Set(opened.bundle.steps.flatMap((step) => step.rehearsed ?? []));
    expect(listed).toEqual(new Set([`pair-${pairHash(rehearsed).slice(0, 16)}|${rehearsed.direction}`, 'line:3']));
  });

  it('is the same bytes each time, also packed again from itself', () => {
    expect(packBundle(FILES.toReversed(), run.manifest, 'left-out')).toEqual(archive);
    for (const pairs of ['kept', 'left-out'] as const) {
      expect(packBundle(opened.files, opened.bundle.manifest, pairs)).toEqual(archive);
    }
  });

  it('is identical to the same run left out again, and tells another pair by its hash', () => {
    const leave = (files: readonly BundleFile[]) => {
      const content = (path: string) => text(files.find((file) => file.path === path)!.bytes);
      const whole = readRun({
        manifest: encodeManifest(run.manifest),
        ...{ facts: content('facts.jsonl'), trials: content('trials.jsonl'), steps: content('steps.jsonl') },
      });
      return withoutPairs(files, whole).files;
    };
    expect(compareRuns(opened.files, leave(FILES), 0).verdict).toBe('identical');
    const [first] = run.facts;
    const renamed = FILES.map((file) =>
      /facts|trials\.jsonl/.test(file.path)
        ? { ...file, bytes: bytes(text(file.bytes).replaceAll(JSON.stringify(first!.term), '"Another name"')) }
        : file,
    );
    const found = compareRuns(opened.files, leave(renamed), 0);
    expect(found).toMatchObject({ verdict: 'different', first: { file: 'facts.jsonl', line: 1 } });
  });
});

describe('what is wrong about left-out texts is refused', () => {
  const repacked = (change: (content: string, path: string) => string, manifest = opened.bundle.manifest) => {
    const files = opened.files.map((file) =>
      file.path.endsWith('.jsonl') ? { ...file, bytes: bytes(change(text(file.bytes), file.path)) } : file,
    );
    return () => packBundle(files, manifest);
  };
  const { pairTexts: _gone, ...unmarked } = opened.bundle.manifest;

  it.each<[string, () => unknown, RegExp]>([
    ['a term that still stands there', repacked((all) => all.replace('"term":""', '"term":"All"')), /fact 1 of facts/],
    ['an answer that still stands there', repacked((all) => all.replace('"answer":""', '"answer":"All"')), /trial 1 of trials/],
    ['a name that is not of its hash', repacked((all) => all.replace(/"pair":"."*./, '"pair":"0f')), /fact|pair/],
    ['a manifest that hides it', repacked((all) => all, unmarked), /manifest\.json does not say so/],
    ['a manifest that invents it', () => packBundle(FILES, { ...run.manifest, pairTexts: 'left-out' }), /as manifest\.json says/],
  ])('%s', (_name, make, words) => {
    expect(make).toThrow(LabError);
    expect(make).toThrow(words);
  }); // prettier-ignore

  it('2,000 mutated bundles without pairs are refused or the same run', () => {
    const counts = { same: 0, refused: 0 };
    const mutation = fc.record({ at: fc.nat(archive.length - 1), value: fc.nat(255), cut: fc.nat(9) });
    fc.assert(
      fc.property(mutation, ({ at, value, cut }) => {
        const mutated = cut === 0 ? archive.slice(0, at) : archive.slice();
        if (cut > 0) mutated[at] = value;
        try {
          expect(openBundle(mutated).bundle).toEqual(opened.bundle);
          counts.same += 1;
        } catch (error) {
          if (!(error instanceof LabError)) throw error;
          counts.refused += 1;
        }
      }),
      { numRuns: 2000, seed: 5 },
    );
    expect(counts.refused).toBeGreaterThan(1500);
  });
});

describe('what a licence lets be done by default', () => {
  it.each([
    ['https://hpo.jax.org/app/license', 'hpo', 'left-out', 'HPO licence'],
    ['see http://www.human-phenotype-ontology.org', 'table', 'left-out', 'HPO licence'],
    [null, 'hpo', 'left-out', 'HPO licence'],
    ['http://creativecommons.org/licenses/by-nd/3.0/igo/', 'table', 'left-out', 'Creative Commons without derivatives'],
    ['CC BY-NC-ND 4.0', 'table', 'left-out', 'Creative Commons without derivatives'],
    ['http://creativecommons.org/licenses/by/4.0/', 'go-cc', 'kept', 'Creative Commons Attribution'],
    ['CC BY 4.0', 'mondo', 'kept', 'Creative Commons Attribution'],
    ['https://creativecommons.org/licenses/by-nc/4.0/', 'table', 'kept', 'Creative Commons, not for commerce'],
    ['CC-BY-SA 4.0', 'table', 'kept', 'Creative Commons, share alike'],
    ['https://creativecommons.org/publicdomain/zero/1.0/', 'hgnc', 'kept', 'public domain'],
    ['http://ctdbase.org/about/legal.jsp', 'table', 'kept', 'CTD terms'],
    ['mine alone', 'table', 'kept', null],
    [null, 'go', 'kept', null],
  ])('%j read as %s: %s', (licence, terminology, pairs, known) => {
    expect(pairPolicy({ licence, terminology })).toMatchObject({ pairs, known });
  });
});
