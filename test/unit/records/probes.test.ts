/** Records of probes as files: in a bundle, in a table, held against another run's, and the vectors' own format. */
import { describe, expect, it } from 'vitest';
import { summarize } from '../../../src/experiment/summary';
import {
  compareRuns,
  decodeEmbeddings,
  encodeEmbeddings,
  encodeFacts,
  encodeManifest,
  encodeProbeRecords,
  encodeSteps,
  encodeSummary,
  encodeTrials,
  noProbeRecords,
  openBundle,
  packBundle,
  probesToCsv,
  runFileIdentities,
  type CanaryRecord,
  type EmbeddingFile,
  type LanguageRecord,
  type ProbeRecords,
} from '../../../src/records';
import { wilson } from '../../../src/stats';
import { fact, life, manifest, step } from './build';

const canary = (fields: Partial<CanaryRecord>): CanaryRecord => ({
  ...{ direction: 'term-to-id', epoch: 0, step: 0, canary: 0, source: 'own', prompt: 'a', completion: 'b', tokens: 2 },
  ...{ hit: true, logProb: -1 },
  ...fields,
});
const text = (fields: Partial<LanguageRecord>): LanguageRecord => ({
  ...{ direction: 'term-to-id', epoch: 0, step: 0, text: 0, source: 'own', content: null, tokens: 4, logProb: -8 },
  ...fields,
});

/** Five canaries before and after, two lost and one gained; two texts of unlike length. */
const probes: ProbeRecords = {
  ...noProbeRecords(),
  canaries: [0, 1, 2, 3, 4].flatMap((index) => [
    canary({ canary: index, hit: index !== 4, logProb: -1 - index, tokens: index + 1 }),
    canary({ canary: index, epoch: 3, step: 9, hit: index > 1, logProb: -2 - 2 * index, tokens: index + 1 }),
  ]),
  language: [
    text({ content: 'one, two' }),
    text({ text: 1, tokens: 6, logProb: -3 }),
    text({ epoch: 3, step: 9, logProb: -10 }),
    text({ text: 1, epoch: 3, step: 9, tokens: 6, logProb: -6 }),
  ],
};

const vectors: EmbeddingFile = {
  ...{ direction: 'term-to-id', epoch: 0, step: 0, pooling: 'as-published' },
  padding: { id: 2, text: '</s>', batch: 32 },
  pairs: [
    { identifier: 'HP:1', term: 'Größe', seen: true },
    { identifier: 'HP:2', term: 'b', seen: false },
  ],
  layers: [
    { layer: 0, width: 2, term: Float32Array.of(1, 2, 3, 4), identifier: Float32Array.of(5, 6, 7, 8) },
    { layer: -1, width: 2, term: Float32Array.of(-1, 0.5, 0, 1e-9), identifier: Float32Array.of(0, 0, 0, 0.25) },
  ],
};

const trials = life('HP:1', [0, 1]);
const utf8 = (content: string) => new TextEncoder().encode(content);
const files = (own = probes) => [
  { path: 'facts.jsonl', bytes: utf8(encodeFacts([fact({ identifier: 'HP:1' })])) },
  { path: 'trials.jsonl', bytes: utf8(encodeTrials(trials)) },
  { path: 'steps.jsonl', bytes: utf8(encodeSteps([step()])) },
  { path: 'summary.json', bytes: utf8(encodeSummary(summarize(manifest(), trials, [step()], own))) },
  { path: 'canaries.jsonl', bytes: utf8(encodeProbeRecords('canaries', own.canaries)) },
  { path: 'language.jsonl', bytes: utf8(encodeProbeRecords('language', own.language)) },
  { path: 'embeddings/term-to-id/step-000000.safetensors', bytes: encodeEmbeddings(vectors) },
];

describe('the summary of probes', () => {
  const [direction] = summarize(manifest(), trials, [step()], probes).directions;
  const { canaries, language } = direction!.probes!;

  it('gives the share of canaries kept, and what was lost and gained since before training', () => {
    expect(canaries!.byEvaluation.map(({ step: at, kept }) => [at, kept])).toEqual([
      [0, wilson(4, 5)],
      [9, wilson(3, 5)],
    ]);
    expect(canaries!.byEvaluation[1]!.change).toMatchObject({
      kept: 2,
      losers: 2,
      gainers: 1,
      never: 0,
      mcnemarP: expect.closeTo(1, 9) as number,
    });
    // Mean of −2/1, −4/2, −6/3, −8/4, −10/5.
    expect(canaries!.byEvaluation[1]!.logProbPerToken!.value).toBeCloseTo(-2, 12);
  });

  it('weighs texts by their tokens, and pairs each with itself', () => {
    const [before, after] = language!.byEvaluation;
    expect(before!.loss!.value).toBeCloseTo(11 / 10, 12);
    expect(after!.loss!.value).toBeCloseTo(16 / 10, 12);
    expect(after!.rise).toMatchObject({ n: 2, value: 0.5 });
    // Two texts: each replicate holds one of them twice, or both.
    expect([after!.rise!.lo, after!.rise!.hi]).toEqual([0.5, 0.5]);
    expect(before!.rise).toMatchObject({ value: 0, lo: 0, hi: 0 });
  });

  it('leaves an evaluation out that broke off within, and has no interval for a single text', () => {
    const partial = { ...probes, canaries: probes.canaries.slice(0, -1), language: [text({})] };
    const [own] = summarize(manifest(), trials, [step()], partial).directions;
    expect(own!.probes!.canaries!.byEvaluation.map(({ step: at }) => at)).toEqual([0]);
    expect(own!.probes!.language!.byEvaluation[0]).toMatchObject({ loss: null, rise: null });
  });
});

describe('a bundle', () => {
  it('carries the probes’ records and vectors, and gives them back', () => {
    const { bundle, files: unpacked } = openBundle(packBundle(files(), manifest()));
    expect(bundle.probes).toEqual(probes);
    expect(bundle.summary).toEqual(summarize(manifest(), trials, [step()], probes));
    const path = 'embeddings/term-to-id/step-000000.safetensors';
    const bytes = unpacked.find((file) => file.path === path)!.bytes;
    expect(decodeEmbeddings(bytes, path)).toEqual(vectors);
  });

  it('is refused for a record of a probe that is none', () => {
    const broken = files().map((file) => (file.path === 'canaries.jsonl' ? { ...file, bytes: utf8('{}\n') } : file));
    expect(() => packBundle(broken, manifest())).toThrow('canaries.jsonl, line 1: not a valid canary record');
  });
});

describe('two runs', () => {
  const changed = (kind: 'canaries' | 'language', fields: object) => {
    const records = probes[kind].map((record, index) => (index === 1 ? { ...record, ...fields } : record));
    return compareRuns(files(), files({ ...probes, [kind]: records }), 1e-3);
  };

  it('are the same where every file is', () => {
    expect(compareRuns(files(), files(), 0).verdict).toBe('identical');
  });

  it('may deviate in a log-probability, not in a hit', () => {
    expect(changed('language', { logProb: -3.001 })).toMatchObject({
      verdict: 'equal',
      first: { file: 'language.jsonl', line: 2, field: 'logProb' },
    });
    expect(changed('canaries', { hit: true })).toMatchObject({
      verdict: 'different',
      first: { file: 'canaries.jsonl', line: 2, field: 'hit' },
    });
  });

  it('differ where one has no vectors', () => {
    const { verdict, first } = compareRuns(files(), files().slice(0, -1), 1e-3);
    expect([verdict, first!.file]).toEqual(['different', 'embeddings/term-to-id/step-000000.safetensors']);
  });
});

describe('vectors as a file', () => {
  it('are plain safetensors: two tensors a layer, named, with their shapes', () => {
    const bytes = encodeEmbeddings(vectors);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.slice(8, 8 + length))) as Record<
      string,
      { shape: number[] }
    >;
    const { __metadata__, ...tensors } = header;
    expect(__metadata__).toMatchObject({ format: 'pt' });
    expect(Object.keys(tensors).sort()).toEqual([
      'identifier.layer.-1', 'identifier.layer.0', 'term.layer.-1', 'term.layer.0',
    ]); // prettier-ignore
    expect(Object.values(tensors).every(({ shape }) => String(shape) === '2,2')).toBe(true);
  });

  it('that are cut or are something else are refused by name', () => {
    const bytes = encodeEmbeddings(vectors);
    for (const broken of [new Uint8Array(0), new Uint8Array(20), bytes.slice(0, 60), bytes.slice(0, -4)]) {
      expect(() => decodeEmbeddings(broken, 'v.safetensors')).toThrow('v.safetensors: these are no vectors');
    }
  });
});

it('canaries and texts are tables, too', () => {
  const [header, first] = probesToCsv('canaries', [canary({ prompt: 'say "hi", please' })]).split('\r\n');
  expect(header).toBe('direction,epoch,step,canary,source,prompt,completion,tokens,hit,logProb');
  expect(first).toBe('term-to-id,0,0,0,own,"say ""hi"", please",b,2,true,-1');
  expect(probesToCsv('language', [text({})]).split('\r\n')[1]).toBe('term-to-id,0,0,0,own,,4,-8');
});

it('files of probes are files of the run', () => {
  const file = { name: 'canaries.csv', bytes: 3, sha256: 'ef'.repeat(32) };
  const own = manifest({ probes: { files: [{ field: 'evaluation.probes.canaries.path', file }], warnings: ['cut'] } });
  expect(runFileIdentities(own).at(-1)).toEqual({ field: 'evaluation.probes.canaries.path', ...file });
  expect(JSON.parse(encodeManifest(own)).probes.warnings).toEqual(['cut']);
});
