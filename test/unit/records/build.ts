/** Small, valid records for tests: say what matters, the rest is filled in consistently. */
import { factKey } from '../../../src/core/direction';
import {
  RECORD_VERSION,
  type FactRecord,
  type Manifest,
  type StepRecord,
  type TrialRecord,
} from '../../../src/records';
import { parseSpec, specHash } from '../../../src/spec';

export function trial(fields: Partial<TrialRecord> = {}): TrialRecord {
  const identifier = fields.identifier ?? 'HP:0000001';
  const direction = fields.direction ?? 'term-to-id';
  return {
    fact: factKey(identifier, direction),
    identifier,
    term: 'All',
    direction,
    seen: true,
    stratum: 0,
    epoch: 0,
    step: 10 * (fields.epoch ?? 0),
    template: 'held-out',
    tokens: 4,
    tokenHit: false,
    tokensRight: 0,
    answerHit: false,
    outcome: fields.answerHit ? 'right' : 'wrong',
    digitsRight: null,
    answer: '',
    logProb: -8,
    logQ: -8,
    sampled: null,
    ...fields,
  };
}

/** The trials of one fact: a right (1) or wrong (0) answer at epoch 0, 1, 2, … */
export function life(identifier: string, hits: readonly (0 | 1)[], fields: Partial<TrialRecord> = {}): TrialRecord[] {
  return hits.map((hit, epoch) => trial({ identifier, epoch, answerHit: hit === 1, tokenHit: hit === 1, ...fields }));
}

export function fact(fields: Partial<FactRecord> = {}): FactRecord {
  const identifier = fields.identifier ?? 'HP:0000001';
  const direction = fields.direction ?? 'term-to-id';
  return {
    fact: factKey(identifier, direction),
    identifier,
    term: 'All',
    direction,
    seen: true,
    entity: null,
    count: 3,
    rank: 0,
    stratum: 0,
    promptTokens: 9,
    answerTokens: 4,
    covariates: { 'lexical.ngram': 0.25, pmc: null },
    ...fields,
  };
}

export function step(fields: Partial<StepRecord> = {}): StepRecord {
  return {
    direction: 'term-to-id',
    step: 1,
    epoch: 1,
    learningRate: 0.005,
    loss: 2.5,
    gradientNorm: 0.75,
    supervisedTokens: 40,
    ...fields,
  };
}

export function manifest(fields: Partial<Manifest> = {}): Manifest {
  const spec = parseSpec({ specVersion: 2, model: { path: 'model' }, ontology: { path: 'hp.obo' } }, 'test');
  const file = (name: string) => ({ name, bytes: 12, sha256: 'ab'.repeat(32) });
  return {
    recordVersion: RECORD_VERSION,
    runId: 'run-1',
    state: 'done',
    spec,
    specHash: specHash(spec),
    model: { name: 'model', architecture: 'llama', parameters: 260032, files: [file('model.safetensors')] },
    ontology: {
      file: file('hp.obo'),
      format: 'obo',
      version: null,
      licence: null,
      terminology: 'hpo',
      terms: 300,
      counts: null,
      covariates: [],
    },
    dataset: {
      hash: 'cd'.repeat(32),
      design: 'rank-bins',
      seen: 100,
      withheld: 100,
      bins: 20,
      universe: 300,
      popularity: 'none',
      shortfalls: [],
    },
    adapter: { kind: 'lora', trainableParameters: 5000 },
    gpu: { vendor: 'v', architecture: 'a', device: 'd', description: 'x', software: true, host: 'Node' },
    kernels: { matmul: 'tile-8' },
    memory: { plannedBytes: 4, weightsBytes: 1, trainingBytes: 1, activationBytes: 2, decodingBytes: 0 },
    versions: { ontoscope: '0.1.0' },
    startedAtMs: 1000,
    elapsedMs: 12.5,
    endings: [],
    error: null,
    ...fields,
  };
}
