import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { applyOverrides, parseSpec } from '../../../src/spec';

const minimal = { specVersion: 2, model: {}, ontology: {} };
const set = (spec: unknown, ...assignments: string[]) => parseSpec(applyOverrides(spec, assignments), 'spec.json');

function refusal(spec: unknown, ...assignments: string[]): LabError {
  try {
    applyOverrides(spec, assignments);
  } catch (error) {
    expect(error).toBeInstanceOf(LabError);
    return error as LabError;
  }
  throw new Error('The assignment was accepted.');
}

describe('overriding fields of a spec', () => {
  it('sets numbers, texts, nulls and lists, also below what the spec left out', () => {
    const spec = set(
      minimal,
      'train.epochs=5',
      'model.path=../models/tiny',
      'optimizer.clipNorm=null',
      'directions=["id-to-term"]',
      'optimizer.learningRate=2e-3',
    );
    expect(spec.train).toEqual({ epochs: 5, batchSize: 10, rowTokens: null, earlyStopping: null });
    expect(spec.model.path).toBe('../models/tiny');
    expect(spec.optimizer).toMatchObject({ clipNorm: null, learningRate: 0.002, beta1: 0.9 });
    expect(spec.directions).toEqual(['id-to-term']);
  });

  it('leaves the given spec as it was', () => {
    const given = { ...minimal, train: { epochs: 1 } };
    applyOverrides(given, ['train.epochs=9', 'model.path=x']);
    expect(given).toEqual({ ...minimal, train: { epochs: 1 } });
  });

  it('keeps text fields as text whatever they look like, and everything after the first equals sign', () => {
    const spec = set(minimal, 'name=2024', 'model.path=a=b', 'ontology.path=true');
    expect(spec.name).toBe('2024');
    expect(spec.model.path).toBe('a=b');
    expect(spec.ontology.path).toBe('true');
    expect(set(minimal, 'name="quoted"').name).toBe('quoted');
    expect(set({ ...minimal, model: { path: 'x' } }, 'model.path=null').model.path).toBeNull();
  });

  it('builds what a path walks through', () => {
    expect(set(minimal, 'ontology.counts.path=counts.tsv').ontology.counts).toEqual({
      path: 'counts.tsv',
      identifierColumn: null,
      countColumn: null,
    });
    expect(set({ ...minimal, ontology: { counts: null } }, 'ontology.counts.path=c').ontology.counts?.path).toBe('c');
  });

  it('the last of two assignments to one field wins', () => {
    expect(set(minimal, 'seed=1', 'seed=2').seed).toBe(2);
  });

  it('changing the adapter drops the fields of the other kind', () => {
    const lora = { ...minimal, adapter: { kind: 'lora', rank: 8, targets: ['q_proj'] } };
    expect(set(lora, 'adapter.kind=full').adapter).toEqual({ kind: 'full' });
    expect(set(minimal, 'adapter.kind=full').adapter).toEqual({ kind: 'full' });
    expect(set(lora, 'adapter.kind=lora').adapter).toMatchObject({ rank: 8, targets: ['q_proj'] });
    expect(set({ ...minimal, adapter: { kind: 'full' } }, 'adapter.kind=lora').adapter).toMatchObject({ rank: 16 });
  });

  it('a field of the default adapter can be set where the spec names none', () => {
    expect(set(minimal, 'adapter.rank=4').adapter).toMatchObject({ kind: 'lora', rank: 4 });
  });

  it('chooses the adapter first, whatever the order of the assignments', () => {
    const full = { ...minimal, adapter: { kind: 'full' } };
    expect(set(full, 'adapter.rank=4', 'adapter.kind=lora').adapter).toMatchObject({ kind: 'lora', rank: 4 });
  });

  it('leaves the judgement of values to the check', () => {
    expect(() => set(minimal, 'train.epochs=many')).toThrow('train.epochs: found "many", allowed: a whole number');
    expect(() => set(minimal, 'adapter.kind=fulll')).toThrow('adapter.kind: found "fulll", allowed: "lora" or "full"');
    expect(() => set(minimal, 'directions=term-to-id')).toThrow('allowed: a list of');
  });
});

describe('overriding fields of version 2', () => {
  it('chooses a method and drops the settings of the other', () => {
    const bft = { ...minimal, method: { kind: 'bft', window: 2 } };
    expect(set(bft, 'method.kind=sft').method).toEqual({ kind: 'sft' });
    expect(set(minimal, 'method.window=2', 'method.kind=bft').method).toMatchObject({
      kind: 'bft',
      window: 2,
      gamma: 1,
    });
    expect(refusal(minimal, 'method.window=2').message).toContain('belongs to kind "bft", but method.kind is "sft"');
  });

  it('keeps what two rhythms of evaluation have in common', () => {
    expect(set(minimal, 'evaluation.at.kind=steps', 'evaluation.at.every=50').evaluation.at).toEqual({
      kind: 'steps',
      every: 50,
    });
    const epochs = { ...minimal, evaluation: { at: { kind: 'epochs', every: 4 } } };
    expect(set(epochs, 'evaluation.at.kind=steps').evaluation.at).toEqual({ kind: 'steps', every: 4 });
    expect(set(epochs, 'evaluation.at.kind=fractions', 'evaluation.at.fractions=[0.5,0.1]').evaluation.at).toEqual({
      kind: 'fractions',
      fractions: [0.1, 0.5],
    });
    expect(() => set(minimal, 'evaluation.at.kind=steps')).toThrow('evaluation.at.every: found nothing');
  });

  it('turns on what is off by naming one of its fields, or whole', () => {
    const probes = (...sets: string[]) => set(minimal, ...sets).evaluation.probes;
    expect(probes('evaluation.probes.canaries.count=5').canaries).toEqual({ path: null, count: 5, tokens: 8 });
    expect(probes('evaluation.probes.languageLoss={}').languageLoss).toEqual({ path: null, texts: 32, tokens: 64 });
    expect(probes('evaluation.probes.canaries={}', 'evaluation.probes.canaries=null').canaries).toBeNull();
    expect(set(minimal, 'train.earlyStopping.patience=2').train.earlyStopping).toMatchObject({
      measure: 'seen-accuracy',
      patience: 2,
    });
  });
});

describe('refusing an assignment', () => {
  it('to an unknown field, with the name that was meant', () => {
    const error = refusal(minimal, 'train.epoch=3');
    expect(error).toMatchObject({ code: 'spec-invalid', control: 'train.epoch', hint: 'Did you mean train.epochs?' });
    expect(error.message).toContain('train.epoch=3: train.epoch: no such field');
    expect(refusal(minimal, 'trian.epochs=3').hint).toBe('Did you mean train?');
    expect(refusal(minimal, '__proto__.seed=3').control).toBe('__proto__');
    expect(refusal(minimal, 'evaluation.probes.__proto__.ranks=true').control).toBe('evaluation.probes.__proto__');
    expect(refusal(minimal, 'method.constructor=1').control).toBe('method.constructor');
  });

  it('to a field of the adapter that was not chosen', () => {
    const error = refusal({ ...minimal, adapter: { kind: 'full' } }, 'adapter.rank=3');
    expect(error.message).toContain('belongs to kind "lora", but adapter.kind is "full"');
  });

  it('to the inside of a single value or a list', () => {
    expect(refusal(minimal, 'seed.low=3').message).toContain('seed is a single value');
    expect(refusal(minimal, 'directions.0=term-to-id').control).toBe('directions');
  });

  it.each([['train.epochs'], ['=3'], ['train..epochs=3'], ['.train=3'], ['']])('that is none: %j', (text) => {
    expect(refusal(minimal, text).code).toBe('usage');
  });
});
