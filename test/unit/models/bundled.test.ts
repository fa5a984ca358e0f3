/** The bundled model: what is said of it against its files, its world and its recorded run. No GPU. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { baselineTally, type ModelCard } from '../../../bin/model/card';
import { cardText } from '../../../bin/model/card-text';
import { openNodeFolder } from '../../../src/cli/node-folder';
import { readSpecFile } from '../../../src/cli/spec-file';
import { readWorldFile } from '../../../src/cli/world-source';
import { DIRECTIONS } from '../../../src/core/direction';
import { byteFile } from '../../../src/core/files';
import { sha256Hex } from '../../../src/core/hash';
import { makeWorld, preparePretraining, prepareRun, summarize } from '../../../src/experiment';
import { openModel } from '../../../src/models';
import { encodeSummary, openBundle } from '../../../src/records';
import { parsePretrainConfig } from '../../../src/spec';
import { termsTable } from '../../../src/worlds';

interface IndexedFile {
  path: string;
  bytes: number;
  sha256: string;
}
interface ModelIndex {
  models: {
    name: string;
    parameters: number;
    bytes: number;
    files: IndexedFile[];
    experiment: string;
    ontology: IndexedFile;
  }[];
}
interface RecordedIndex {
  runs: { name: string; model: string; bundle: string; bytes: number; sha256: string }[];
}

const MODELS = path.resolve('public/models');
const RECORDED = path.resolve('public/recorded');
const json = <T>(...place: string[]) => JSON.parse(readFileSync(path.join(...place), 'utf8')) as T;
const { models } = json<ModelIndex>(MODELS, 'index.json');
const primer = models.find(({ name }) => name === 'primer')!;
const card = json<ModelCard>(MODELS, 'primer/card.json');

describe('the bundled model', () => {
  it.each([
    ['index', MODELS, [...primer.files, primer.ontology]],
    ['card', path.join(MODELS, 'primer'), card.files],
  ])('has the sizes and hashes that its %s says', (_, folder, files) => {
    expect(files.length).toBe(6);
    for (const { path: name, bytes, sha256 } of files) {
      const content = readFileSync(path.join(folder, name));
      expect([name, content.length, sha256Hex(content)]).toEqual([name, bytes, sha256]);
    }
  });

  it('is a small Llama that the lab opens', async () => {
    const { config } = await openModel(await openNodeFolder(path.join(MODELS, 'primer')));
    expect(config).toMatchObject({ layers: card.shape.layers, hiddenSize: card.shape.hiddenSize });
    expect(config.vocabSize).toBe(card.shape.vocabulary);
    expect(config.vocabSize).toBeLessThanOrEqual(1024);
    expect(primer.parameters).toBe(card.parameters);
    expect(primer.bytes).toBe(primer.files.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(statSync(path.join(MODELS, 'primer/model.safetensors')).size).toBeLessThan(3e6);
  });

  it('has a card in words that says what its card says', () => {
    expect(readFileSync(path.join(MODELS, 'primer/README.md'), 'utf8')).toBe(cardText(card));
    for (const words of ['CC BY 4.0', 'Gene Ontology Consortium', 'Changes:', 'not for', card.built.worldHash]) {
      expect(cardText(card)).toContain(words);
    }
  });

  it('was trained on the world and with the configuration that lie in public/', async () => {
    const { spec, open } = await readWorldFile('public/worlds/primer.json');
    const world = await makeWorld(spec, open);
    expect(world.hash).toBe(card.built.worldHash);
    expect(termsTable(world)).toBe(readFileSync(path.join(MODELS, primer.ontology.path), 'utf8'));
    const file = 'public/pretraining/primer.json';
    const config = parsePretrainConfig(readFileSync(file, 'utf8'), file);
    const prepared = preparePretraining({ name: spec.name, corpus: world.corpus, tokenizer: world.tokenizer }, config);
    expect([prepared.corpusHash, prepared.configHash]).toEqual([card.built.corpusSha256, card.built.configHash]);
    expect(prepared.plan).toMatchObject({
      parameters: card.parameters,
      tokens: card.built.tokens,
      steps: card.built.steps,
    });
    for (const { name, facts } of card.groups) {
      expect(world.facts.filter(({ group }) => group === name)).toHaveLength(facts);
    }
  });
});

describe('the recorded run of its experiment', () => {
  const { runs } = json<RecordedIndex>(RECORDED, 'index.json');
  const entry = runs.find(({ name }) => name === 'primer')!;
  const archive = new Uint8Array(readFileSync(path.join(RECORDED, entry.bundle)));
  const { bundle } = openBundle(archive, entry.bundle);
  const { manifest, trials, steps, probes, facts } = bundle;

  it('is the file of the index, small enough to be shown at once', () => {
    expect([entry.model, archive.length, sha256Hex(archive)]).toEqual(['primer', entry.bytes, entry.sha256]);
    expect(archive.length).toBeLessThan(3e6);
  });

  it('was made of this model, these facts and this experiment', async () => {
    const base = (file: IndexedFile) => ({ ...file, path: path.basename(file.path) });
    const named = ({ name, bytes, sha256 }: { name: string; bytes: number; sha256: string }) => ({
      path: name,
      bytes,
      sha256,
    });
    const known = primer.files.map(base);
    expect(manifest.model.files.length).toBeGreaterThanOrEqual(4);
    for (const file of manifest.model.files) expect(known).toContainEqual(named(file));
    expect(named(manifest.ontology.file)).toEqual(base(primer.ontology));
    const { spec, modelPath } = await readSpecFile(path.join(MODELS, primer.experiment), []);
    const ontology = byteFile({
      name: 'terms.tsv',
      text: readFileSync(path.join(MODELS, primer.ontology.path), 'utf8'),
    });
    const prepared = await prepareRun({
      ...{ spec, model: await openNodeFolder(modelPath), ontology, counts: null, covariates: [] },
      ...{ rehearsal: null, probes: { canaries: null, languageLoss: null } },
    });
    expect(prepared.runId).toBe(manifest.runId);
  });

  it('has a summary that follows from its records', () => {
    expect(encodeSummary(summarize(manifest, trials, steps, probes))).toBe(encodeSummary(bundle.summary!));
    expect(manifest.state).toBe('done');
  });

  it('begins where the card says: some facts known, some latent, most unknown, in both directions', () => {
    const before = trials.filter(({ epoch, template }) => epoch === 0 && template === 'held-out');
    for (const direction of DIRECTIONS) {
      const own = before.filter((trial) => trial.direction === direction);
      const tally = baselineTally(own);
      const ofCard = card.baseline.groups.filter((row) => row.direction === direction);
      const sum = (key: 'facts' | 'known' | 'latent' | 'unknown') => ofCard.reduce((total, row) => total + row[key], 0);
      expect(tally).toEqual({
        facts: sum('facts'),
        known: sum('known'),
        latent: sum('latent'),
        unknown: sum('unknown'),
      });
      expect(tally.known).toBeGreaterThanOrEqual(10);
      expect(tally.latent).toBeGreaterThanOrEqual(10);
      expect(tally.unknown).toBeGreaterThan(tally.facts / 2);
    }
  });

  it('has at least 100 seen facts and some withheld, learned over several epochs in both directions', () => {
    for (const direction of DIRECTIONS) {
      const own = facts.filter((fact) => fact.direction === direction);
      expect(own.filter(({ seen }) => seen).length).toBeGreaterThanOrEqual(100);
      expect(own.filter(({ seen }) => !seen).length).toBeGreaterThanOrEqual(50);
      const { groups } = bundle.summary!.directions.find((each) => each.direction === direction)!;
      const { acquisition } = groups.find(({ seen, template }) => seen && template === 'held-out')!;
      expect(acquisition!.totalEvents).toBeGreaterThanOrEqual(20);
      const epochs = acquisition!.time.filter((_, i) => acquisition!.events[i]! > 0);
      expect(epochs.length).toBeGreaterThanOrEqual(5);
    }
  });
});
