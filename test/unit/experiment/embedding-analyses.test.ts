import { describe, expect, it } from 'vitest';
import { PhiloxSequence } from '../../../src/core/philox';
import { embeddingCosines } from '../../../src/experiment/analyses/embedding-cosines';
import { embeddingMap } from '../../../src/experiment/analyses/embedding-map';
import { embeddingEstimates } from '../../../src/experiment/probes/embedding-estimates';
import { encodeEmbeddings, noProbeRecords, type AnalysedRun, type EmbeddingRecord } from '../../../src/records';

const WIDTH = 8;
const PAIRS = 20;
const SEED = 7;
const pairs = Array.from({ length: PAIRS }, (_, i) => ({ identifier: `ID:${i}`, term: `term ${i}`, seen: i < 12 }));
const direction = 'term-to-id';
const asked = { direction, layer: -1 } as const;

/** Identifiers lie near their terms; the first number varies most. */
function layer(seed: number, shift = 0) {
  const draws = new PhiloxSequence(seed, 1);
  const wide = (at: number) => (at % WIDTH === 0 ? 6 : 1);
  const term = Float32Array.from({ length: PAIRS * WIDTH }, (_, at) => (draws.nextUnit() - 0.5) * wide(at) + shift);
  return { layer: -1, width: WIDTH, term, identifier: term.map((value) => value + draws.nextUnit() * 0.8) };
}

/** A run as it is recorded: files by the codec, estimates by the probe. */
function run(...layers: ReturnType<typeof layer>[]): AnalysedRun {
  const moments = layers.map((vectors, at) => {
    const moment = { direction, epoch: at * 5, step: at * 50, pooling: 'content-mean', padding: null } as const;
    const path = `embeddings/${direction}/step-${at}.safetensors`;
    const seen = pairs.map((pair) => pair.seen);
    const record: EmbeddingRecord = {
      ...{ ...moment, layer: -1, file: path, pairs: PAIRS, width: WIDTH },
      ...embeddingEstimates(vectors, seen, SEED),
    };
    return { record, file: { path, bytes: encodeEmbeddings({ ...moment, pairs, layers: [vectors] }) } };
  });
  return {
    manifest: { spec: { seed: SEED } },
    probes: { ...noProbeRecords(), embeddings: moments.map(({ record }) => record) },
    files: moments.map(({ file }) => file),
  } as unknown as AnalysedRun;
}

const mapOf = async (of: AnalysedRun, projection: 'pca' | 'umap' = 'pca') =>
  (await embeddingMap(of, { ...asked, projection }))!;

describe('the map of vectors', () => {
  it('keeps a text that did not move at its place, for it projects both moments together', async () => {
    const { moments, explained, facts, method } = await mapOf(run(layer(1), layer(1)));
    moments[1]!.term.forEach((value, at) => expect(value).toBeCloseTo(moments[0]!.term[at]!, 9));
    expect(facts[3]).toBe('ID:3|term-to-id');
    expect(moments.map(({ epoch }) => epoch)).toEqual([0, 5]);
    expect(moments[0]!.identifier).toHaveLength(2 * PAIRS);
    expect(explained![0]).toBeGreaterThan(explained![1]);
    expect(method).toContain('both moments together');
  });

  it('shows a displacement of all as one', async () => {
    const { moments } = await mapOf(run(layer(1), layer(1, 5)));
    const [was, is] = [moments[0]!.term, moments[1]!.term];
    const moved = is.map((value, at) => value - was[at]!);
    for (let at = 0; at < PAIRS; at++) {
      expect(moved[2 * at]).toBeCloseTo(moved[0]!, 5);
      expect(moved[2 * at + 1]).toBeCloseTo(moved[1]!, 5);
    }
    expect(Math.hypot(moved[0]!, moved[1]!)).toBeGreaterThan(5);
  });

  it('is of one moment where only one was recorded, and of none where there is none', async () => {
    expect((await mapOf(run(layer(1)))).moments).toHaveLength(1);
    expect(await mapOf(run())).toBeNull();
  });

  it('gives the same UMAP for the same seed', async () => {
    const two = run(layer(1), layer(2));
    const [one, again] = [await mapOf(two, 'umap'), await mapOf(two, 'umap')];
    expect(again).toEqual(one);
    expect(one.moments[0]!.term.every(Number.isFinite)).toBe(true);
    expect(one.explained).toBeNull();
    expect(one.method).toContain(`seed ${SEED}`);
  });

  it('says which file is not there', async () => {
    const without = { ...run(layer(1)), files: [] };
    await expect(mapOf(without)).rejects.toThrow('step-0.safetensors');
  });
});

describe('the cosines of vectors', () => {
  const [before] = embeddingCosines(run(layer(1)), asked);

  it('are those from which the record’s figures were made', () => {
    const { matching, separation } = embeddingEstimates(
      layer(1),
      pairs.map(({ seen }) => seen),
      SEED,
    );
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(before!.matched)).toBeCloseTo(matching[0]!.matchedMean, 12);
    expect(mean(before!.shuffled)).toBeCloseTo(matching[0]!.shuffledMean, 12);
    expect(before!.auc).toEqual(matching[0]!.auc);
    expect(before!.separation.map(({ margin, p }) => [margin, p])).toEqual(
      separation.map(({ margin, p }) => [margin, p]),
    );
  });

  it('have the relabellings that p counts', () => {
    for (const { margin, p, relabelled } of before!.separation) {
      const extreme = relabelled.filter((value) => value >= margin.value - 1e-9).length;
      expect((extreme + 1) / (relabelled.length + 1)).toBeCloseTo(p, 12);
    }
  });

  it('are none where a vector has no direction', () => {
    const flat = layer(1);
    flat.term.fill(0, 0, WIDTH);
    expect(embeddingCosines(run(flat), asked)[0]).toMatchObject({ matched: [], separation: [], auc: null });
  });
});
