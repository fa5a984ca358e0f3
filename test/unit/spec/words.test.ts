import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyOverrides,
  DEFAULT_SPEC,
  describeDifferences,
  describeOwnSettings,
  describeSpec,
  diffSpecs,
  parseSpec,
  type SpecChange,
} from '../../../src/spec';
import { arbitrarySpec } from './arbitrary';

const spec = (...sets: string[]) =>
  parseSpec(applyOverrides({ specVersion: 2, model: {}, ontology: {} }, sets), 'spec.json');
const said = (changes: readonly SpecChange[]) =>
  changes.map(({ label, path, a, b }) => {
    const side = ({ text, isDefault }: typeof a) => `${text}${isDefault ? ' (default)' : ''}`;
    return `${label} [${path}]: ${side(a)} → ${side(b)}`;
  });
const difference = (a: string[], b: string[]) => said(describeDifferences(spec(...a), spec(...b)));

describe('the difference of two specs in words', () => {
  it('is empty for equal specs', () => {
    expect(describeDifferences(spec(), spec())).toEqual([]);
  });

  it('has labels, both values with their units, and says which is the default', () => {
    expect(difference(['train.epochs=1'], ['optimizer.clipNorm=null', 'directions=["id-to-term"]'])).toEqual([
      'Directions [directions]: term-to-id, id-to-term (default) → id-to-term',
      'Clip norm [optimizer.clipNorm]: 1 (default) → none',
      'Epochs [train.epochs]: 1 epoch → 20 epochs (default)',
    ]);
    expect(difference(['name=a', 'templates.examples.count=1'], ['model.path=m'])).toEqual([
      'Name [name]: "a" → "untitled" (default)',
      'Model [model.path]: none (default) → "m"',
      'In-context examples [templates.examples.count]: 1 example → 0 examples (default)',
    ]);
    expect(describeDifferences(spec(), spec('seed=2'))[0]).toEqual({
      path: 'seed',
      label: 'Seed',
      a: { value: 1, text: '1', isDefault: true },
      b: { value: 2, text: '2', isDefault: false },
    });
  });

  it('says another variant in one piece, with what is not at its default there', () => {
    expect(difference(['adapter.rank=8'], ['adapter.kind=full'])).toEqual([
      'Adapter [adapter]: lora, LoRA rank 8 → full',
    ]);
    expect(difference([], ['method.kind=bft', 'method.window=1', 'method.tokenWeights=false'])).toEqual([
      'Method [method]: sft (default) → bft, Confidence window 1 token, Token weights no',
    ]);
    expect(difference(['evaluation.at.every=2'], ['evaluation.at.kind=steps', 'evaluation.at.every=2'])).toEqual([
      'Times of evaluation [evaluation.at]: epochs, Between evaluations 2 epochs → steps, Between evaluations 2 steps',
    ]);
  });

  it('compares one variant with itself field by field', () => {
    const kind = 'method.kind=bft';
    expect(difference([kind], [kind, 'method.gamma=2'])).toEqual(['Gamma [method.gamma]: 1 (default) → 2']);
  });

  it('says what was turned on in one piece, and compares it field by field where both have it', () => {
    const canaries = 'evaluation.probes.canaries.count=50';
    expect(difference([], [canaries])).toEqual([
      'Canaries [evaluation.probes.canaries]: off (default) → Number of canaries 50 questions',
    ]);
    expect(difference(['evaluation.probes.canaries={}'], [])).toEqual([
      'Canaries [evaluation.probes.canaries]: on → off (default)',
    ]);
    expect(difference(['evaluation.probes.canaries={}'], [canaries])).toEqual([
      'Number of canaries [evaluation.probes.canaries.count]: 20 questions (default) → 50 questions',
    ]);
  });

  it('says lists of objects, and what is not given on one side', () => {
    expect(difference([], ['ontology.covariates=[{"name":"age","path":"a.tsv"}]'])).toEqual([
      'Covariates [ontology.covariates]: none (default) → (Covariate "age", File of the covariate "a.tsv")',
    ]);
    const custom = '{"term-to-id":{"trained":["{term}?"],"heldOut":"{term}:"}}';
    expect(difference([`templates.custom={}`], [`templates.custom=${custom}`])).toEqual([
      'Term to identifier [templates.custom.term-to-id]: not given (default) → Trained templates "{term}?", Held-out template "{term}:"',
    ]);
  });

  it('tells everything that differs, for any two specs, and the same from both sides', () => {
    fc.assert(
      fc.property(arbitrarySpec, arbitrarySpec, (a, b) => {
        const changes = describeDifferences(a, b);
        const covered = (path: string) =>
          changes.some((change) => path === change.path || path.startsWith(`${change.path}.`));
        for (const { path } of diffSpecs(a, b)) expect(covered(path), path).toBe(true);
        for (const { path, label, a: before, b: after } of changes) {
          expect(label, path).not.toBe(path);
          expect(before.text, path).not.toBe(after.text);
          expect(before.isDefault && after.isDefault).toBe(false);
        }
        const mirrored = describeDifferences(b, a).map(({ a: first, b: second, ...rest }) => ({
          ...rest,
          a: second,
          b: first,
        }));
        expect(mirrored).toEqual(changes);
        expect(describeDifferences(a, a)).toEqual([]);
      }),
      { numRuns: 300, seed: 3 },
    );
  });
});

describe('a spec in words', () => {
  it('of defaults alone has no settings of its own', () => {
    expect(describeOwnSettings(spec())).toEqual([]);
    expect(
      describeSpec(DEFAULT_SPEC)
        .filter(({ isDefault }) => !isDefault)
        .map(({ path }) => path),
    ).toEqual([]);
  });

  it('names every field that it has, and those that are its own', () => {
    const named = describeSpec(spec('evaluation.probes.canaries={}', 'method.kind=dft', 'seed=5'));
    expect(named.map(({ path }) => path)).toContain('evaluation.probes.canaries.tokens');
    expect(named.find(({ path }) => path === 'evaluation.probes.languageLoss')).toMatchObject({
      text: 'off',
      isDefault: true,
    });
    expect(named.filter(({ isDefault }) => !isDefault).map(({ path, text }) => `${path} ${text}`)).toEqual([
      'seed 5',
      'method.kind dft',
    ]);
  });
});
