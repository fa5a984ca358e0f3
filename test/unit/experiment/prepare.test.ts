/** What a spec and its files become before a GPU is asked, and what is refused then. */
import { byteFile } from '../../../src/core/files';
import { describe, expect, it } from 'vitest';
import { prepareRun } from '../../../src/experiment';
import { parseSpec } from '../../../src/spec';
import { inputTokens } from '../../../src/tokens/packing';
import { memoryFolder, TINY_EOS_ID, tinyModelFiles } from '../../helpers/tiny-model';
import { prepareTiny, tinySpec, tinyTerms } from '../../helpers/tiny-run';

describe('a prepared run', () => {
  it('has five examples per seen pair, every one ending with the stop token', async () => {
    const { directions, dataset, plannedSteps, spec } = await prepareTiny();
    for (const { examples, facts, stepsPerEpoch } of directions) {
      expect(examples).toHaveLength(5 * dataset.seen.length);
      expect(facts.map(({ pair }) => pair)).toEqual([...dataset.seen, ...dataset.withheld]);
      for (const { completion } of examples) expect(completion.at(-1)).toBe(TINY_EOS_ID);
      expect(stepsPerEpoch).toBe(4);
    }
    expect(plannedSteps).toBe(2 * 4 * spec.train.epochs);
  });

  it('chooses a row that holds a whole batch, in steps of 64', async () => {
    const { rowTokens, rowSupervised, directions } = await prepareTiny('train.batchSize=20');
    expect(rowTokens % 64).toBe(0);
    const mean =
      directions[0]!.examples.reduce((sum, example) => sum + inputTokens(example), 0) / directions[0]!.examples.length;
    expect(rowTokens).toBeGreaterThanOrEqual(20 * mean);
    expect(rowTokens).toBeLessThan(2 * 20 * mean);
    expect(rowSupervised).toBeLessThanOrEqual(rowTokens);
    expect((await prepareTiny('train.batchSize=4096', 'sampling.seen=12')).rowTokens).toBeLessThanOrEqual(2048);
    expect((await prepareTiny('train.rowTokens=320')).rowTokens).toBe(320);
  });

  it('lets an answer be as long as its label, and no longer than the context', async () => {
    const { directions, longestTokens, config } = await prepareTiny('evaluation.maxNewTokens=1');
    for (const { maxNewTokens, facts } of directions) {
      expect(maxNewTokens).toBe(Math.max(...facts.map((fact) => fact.queries.trained.completion.length)));
    }
    const long = await prepareTiny('evaluation.maxNewTokens=512');
    expect(long.directions[0]!.maxNewTokens).toBeLessThan(config.contextLength);
    expect(longestTokens).toBeLessThan(config.contextLength);
  });

  it('is the same experiment wherever its files lie and whatever it is called', async () => {
    const { runId } = await prepareTiny();
    expect((await prepareTiny('name=other', 'model.path=elsewhere')).runId).toBe(runId);
    expect((await prepareTiny('checkpoint.everySteps=1', 'checkpoint.everySeconds=5')).runId).toBe(runId);
    expect((await prepareTiny('train.epochs=3')).runId).not.toBe(runId);
    const other = await prepareRun({
      spec: parseSpec(tinySpec(), 'tiny.json'),
      model: memoryFolder(tinyModelFiles({ seed: 2 })),
      ontology: byteFile(tinyTerms),
      counts: null,
      covariates: [],
    });
    expect(other.runId).not.toBe(runId);
  });

  it('counts what it trains', async () => {
    // Rank 2 on q_proj [32, 32] and v_proj [16, 32] of two layers.
    expect((await prepareTiny()).trainableParameters).toBe(2 * (2 * (32 + 32) + 2 * (16 + 32)));
    const full = await prepareTiny('adapter.kind=full');
    expect(full.trainableParameters).toBe(full.model.parameters);
    expect(full.memory.trainingBytes).toBeGreaterThan((await prepareTiny()).memory.trainingBytes);
  });

  it('draws strata from counts', async () => {
    const rows = Array.from({ length: 16 }, (_, i) => `ZZ:${String(i * 7 + 11).padStart(3, '0')}\t${1000 - i}`);
    const prepared = await prepareRun({
      spec: parseSpec(tinySpec('ontology.counts={"path":"counts.tsv"}'), 'tiny.json'),
      model: memoryFolder(tinyModelFiles()),
      ontology: byteFile(tinyTerms),
      counts: byteFile({ name: 'data/counts.tsv', text: `id\tn\n${rows.join('\n')}\n` }),
      covariates: [],
    });
    expect(prepared.dataset.popularity).toBe('counts');
    expect(prepared.countsFile).toMatchObject({ name: 'counts.tsv' });
    expect(prepared.dataset.seen.find(({ identifier }) => identifier === 'ZZ:011')?.stratum ?? 0).toBe(0);
  });
});

describe('preparing refuses', () => {
  it('fewer terms than asked for', async () => {
    await expect(prepareTiny('sampling.seen=100')).rejects.toMatchObject({
      code: 'too-few-terms',
      control: 'sampling.seen',
    });
  });

  it('a row too short for a question, saying how long it must be', async () => {
    const { longestTokens } = await prepareTiny();
    const text = `${tinyTerms.text}ZZ:999\t${'very '.repeat(16)}long name\n`;
    const prepare = prepareRun({
      spec: parseSpec(tinySpec('train.rowTokens=64', 'sampling.seen=12', 'sampling.withheld=5'), 'tiny.json'),
      model: memoryFolder(tinyModelFiles()),
      ontology: byteFile({ name: 'terms.tsv', text }),
      counts: null,
      covariates: [],
    });
    expect(longestTokens).toBeLessThan(64);
    await expect(prepare).rejects.toMatchObject({ code: 'sequence-too-long', control: 'train.rowTokens' });
  });

  it('a term that does not fit the model’s context, naming it', async () => {
    const text = `${tinyTerms.text}ZZ:999\t${'very '.repeat(90)}long name\n`;
    const prepare = prepareRun({
      spec: parseSpec(tinySpec('sampling.seen=12', 'sampling.withheld=5'), 'tiny.json'),
      model: memoryFolder(tinyModelFiles()),
      ontology: byteFile({ name: 'terms.tsv', text }),
      counts: null,
      covariates: [],
    });
    await expect(prepare).rejects.toMatchObject({
      code: 'sequence-too-long',
      message: expect.stringMatching(/ZZ:999.*context holds 256/),
    });
  });

  it('a template set that does not exist, before anything is read', async () => {
    await expect(prepareTiny('templates.set=poems')).rejects.toMatchObject({
      code: 'spec-invalid',
      control: 'templates.set',
    });
  });

  it('a model that cannot end an answer', async () => {
    const files = tinyModelFiles({ config: { eos_token_id: undefined } });
    files.delete('generation_config.json');
    files.set('tokenizer_config.json', new TextEncoder().encode('{}'));
    const prepare = prepareRun({
      spec: parseSpec(tinySpec(), 'tiny.json'),
      model: memoryFolder(files),
      ontology: byteFile(tinyTerms),
      counts: null,
      covariates: [],
    });
    await expect(prepare).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('ends a text'),
    });
  });
});
