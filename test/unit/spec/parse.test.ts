import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { parseSpec, specHash } from '../../../src/spec';

const minimal = { specVersion: 2, model: {}, ontology: {} };

function refusal(source: unknown): LabError {
  try {
    parseSpec(source, 'first-light.json');
  } catch (error) {
    expect(error).toBeInstanceOf(LabError);
    return error as LabError;
  }
  throw new Error('The spec was accepted.');
}

describe('reading a spec', () => {
  it('fills every default', () => {
    const spec = parseSpec(minimal, 'first-light.json');
    expect(spec.name).toBe('untitled');
    expect(spec.model.path).toBeNull();
    expect(spec.sampling).toEqual({ design: 'rank-bins', bins: 20, seen: 100, withheld: 100 });
    expect(spec.adapter).toMatchObject({ kind: 'lora', rank: 16, alpha: 32, scaling: 'standard' });
    expect(spec.directions).toEqual(['term-to-id', 'id-to-term']);
    expect(spec.evaluation.sampleAt).toBe('first-last');
  });

  it('reads text and value alike, and text with a byte order mark', () => {
    const spec = parseSpec(minimal, 'first-light.json');
    expect(parseSpec(JSON.stringify(minimal), 'first-light.json')).toEqual(spec);
    expect(parseSpec(`\uFEFF${JSON.stringify(minimal)}`, 'first-light.json')).toEqual(spec);
  });

  it('reads its own filled output unchanged', () => {
    const spec = parseSpec({ ...minimal, adapter: { kind: 'full' }, seed: 7 }, 'first-light.json');
    expect(parseSpec(JSON.parse(JSON.stringify(spec)), 'first-light.json')).toEqual(spec);
  });

  it('gives two specs their own defaults: changing one leaves the other', () => {
    const first = parseSpec(minimal, 'first-light.json');
    first.directions.pop();
    first.sampling.bins = 3;
    const second = parseSpec(minimal, 'first-light.json');
    expect(second.directions).toHaveLength(2);
    expect(second.sampling.bins).toBe(20);
  });
});

describe('shares of the training', () => {
  it('ascend when read, so that their order tells no experiments apart', () => {
    const at = (fractions: number[]) =>
      parseSpec({ ...minimal, evaluation: { at: { kind: 'fractions', fractions } } }, 'shares.json');
    expect(at([1, 0.05, 0.5, 0.1]).evaluation.at).toEqual({ kind: 'fractions', fractions: [0.05, 0.1, 0.5, 1] });
    expect(specHash(at([1, 0.5]))).toBe(specHash(at([0.5, 1])));
    const given = [0.9, 0.2];
    at(given);
    expect(given).toEqual([0.9, 0.2]);
  });
});

describe('refusing a spec', () => {
  it.each([
    [{ ...minimal, sampling: { bins: 0 } }, 'sampling.bins', 'found 0, allowed: a whole number from 1 to 200'],
    [{ ...minimal, sampling: { bins: 1.5 } }, 'sampling.bins', 'found 1.5, allowed: a whole number from 1 to 200'],
    [{ ...minimal, seed: 'one' }, 'seed', 'found "one", allowed: a whole number from 0 to 4294967295'],
    [{ ...minimal, model: { path: 3 } }, 'model.path', 'found 3, allowed: text, or null'],
    [{ ...minimal, train: { rowTokens: 1 } }, 'train.rowTokens', 'a whole number from 64 to 4096, or null'],
    [
      { ...minimal, directions: [] },
      'directions',
      'found an empty list, allowed: a list of "term-to-id" or "id-to-term"',
    ],
    [{ ...minimal, directions: 'term-to-id' }, 'directions', 'found "term-to-id", allowed: a list of'],
    [{ ...minimal, directions: ['term-to-id', 'term-to-id'] }, 'directions', 'found "term-to-id" more than once'],
    [
      { ...minimal, adapter: { kind: 'lora', targets: ['q_proj', 'k_proj', 'q_proj'] } },
      'adapter.targets',
      'found "q_proj" more than once',
    ],
    [
      { ...minimal, adapter: { kind: 'lora', rank: 0 } },
      'adapter.rank',
      'found 0, allowed: a whole number from 1 to 256',
    ],
    [{ ...minimal, adapter: { kind: 'lorra' } }, 'adapter.kind', 'found "lorra", allowed: "lora" or "full"'],
    [{ ...minimal, adapter: { rank: 4 } }, 'adapter.kind', 'found nothing, allowed: "lora" or "full"'],
    [{ ...minimal, adapter: 'lora' }, 'adapter', 'found "lora", allowed: an object whose kind is "lora" or "full"'],
    [
      { ...minimal, sampling: [] },
      'sampling',
      'found an empty list, allowed: an object with the fields design, bins, seen',
    ],
    [{ ...minimal, train: null }, 'train', 'found null, allowed: an object with the fields epochs'],
    [{ ...minimal, ontology: { counts: {} } }, 'ontology.counts.path', 'found nothing, allowed: text'],
    [{ specVersion: 2, ontology: {} }, 'model', 'found nothing, allowed: an object with the fields path'],
    [{ model: {}, ontology: {} }, 'specVersion', 'found nothing, allowed: 2'],
    [{ ...minimal, specVersion: '2' }, 'specVersion', 'found "2", allowed: 2'],
    [{ ...minimal, method: 'sft' }, 'method', 'allowed: an object whose kind is "sft" or "dft" or "bft"'],
    [{ ...minimal, method: { kind: 'bft', window: 0 } }, 'method.window', 'found 0, allowed: a whole number from 1 to'],
    [{ ...minimal, method: { kind: 'bft', gamma: null } }, 'method.gamma', 'found null, allowed: a number from 0.01'],
    [{ ...minimal, retention: { rehearsal: {}, klWeight: -1 } }, 'retention.klWeight', 'found -1, allowed: a number'],
    [
      { ...minimal, retention: { rehearsal: { source: 'withheld' } } },
      'retention.rehearsal.source',
      'found "withheld", allowed: "known-withheld" or "text"',
    ],
    [{ ...minimal, train: { earlyStopping: { patience: 0 } } }, 'train.earlyStopping.patience', 'found 0'],
    [{ ...minimal, train: { earlyStopping: true } }, 'train.earlyStopping', 'found true, allowed: an object with the'],
    [{ ...minimal, evaluation: { at: { kind: 'steps' } } }, 'evaluation.at.every', 'found nothing, allowed: a whole'],
    [
      { ...minimal, evaluation: { at: { every: 2 } } },
      'evaluation.at.kind',
      'found nothing, allowed: "epochs" or "ste',
    ],
    [
      { ...minimal, evaluation: { at: { kind: 'fractions', fractions: [] } } },
      'evaluation.at.fractions',
      'found an empty list, allowed: a list of a number from 0.000001 to 1, at least 1 of them',
    ],
    [
      { ...minimal, evaluation: { at: { kind: 'fractions', fractions: [0.5, 0] } } },
      'evaluation.at.fractions.1',
      'found 0, allowed: a number from 0.000001 to 1',
    ],
    [
      { ...minimal, evaluation: { at: { kind: 'fractions', fractions: [0.5, 0.1, 0.5] } } },
      'evaluation.at.fractions',
      'found 0.5 more than once',
    ],
    [
      { ...minimal, evaluation: { probes: { embeddings: { layers: [0, -1, 0] } } } },
      'evaluation.probes.embeddings.layers',
      'found 0 more than once',
    ],
    [
      { ...minimal, evaluation: { probes: { embeddings: { layers: [-2] } } } },
      'evaluation.probes.embeddings.layers.0',
      'found -2, allowed: a whole number from -1 to 1000',
    ],
    [
      { ...minimal, templates: { custom: { 'term-to-id': { trained: ['{term}?', '{term}?'], heldOut: '{term}:' } } } },
      'templates.custom.term-to-id.trained',
      'found "{term}?" more than once',
    ],
    [
      { ...minimal, evaluation: { probes: { canaries: { tokens: 65 } } } },
      'evaluation.probes.canaries.tokens',
      'found 65',
    ],
    [
      { ...minimal, evaluation: { probes: { languageLoss: [] } } },
      'evaluation.probes.languageLoss',
      'found an empty list, allowed: an object with the fields path, texts, tokens, or null',
    ],
    [{ ...minimal, name: 'x'.repeat(121) }, 'name', 'allowed: text of 1 to 120 characters'],
  ])('names file, field, what was found and what is allowed: %j', (source, field, words) => {
    const error = refusal(source);
    expect(error.code).toBe('spec-invalid');
    expect(error.control).toBe(field);
    expect(error.message).toContain(`first-light.json: ${field}: `);
    expect(error.message).toContain(words);
    expect(error.hint).not.toBe('');
  });

  it('suggests the name that was meant for an unknown field', () => {
    const error = refusal({ ...minimal, smapling: {} });
    expect(error.control).toBe('smapling');
    expect(error.message).toContain('no such field; a spec has: $schema, specVersion, name');
    expect(error.hint).toBe('Did you mean sampling?');
    expect(refusal({ ...minimal, train: { epoch: 3 } }).hint).toBe('Did you mean train.epochs?');
    expect(refusal({ ...minimal, adapter: { kind: 'lora', Rank: 3 } }).hint).toBe('Did you mean adapter.rank?');
    expect(refusal({ ...minimal, schedule: { kind: 'cosin' } }).hint).toBe('Did you mean "cosine"?');
    expect(refusal({ ...minimal, zzzzzz: 1 }).hint).toContain('Remove zzzzzz');
  });

  it('says to which variant a field belongs', () => {
    const error = refusal({ ...minimal, adapter: { kind: 'full', rank: 8 } });
    expect(error.control).toBe('adapter.rank');
    expect(error.message).toContain('belongs to kind "lora", but adapter.kind is "full"');
    const windowed = refusal({ ...minimal, method: { kind: 'sft', window: 3 } });
    expect(windowed.control).toBe('method.window');
    expect(windowed.message).toContain('belongs to kind "bft", but method.kind is "sft"');
    const shares = refusal({ ...minimal, evaluation: { at: { kind: 'epochs', fractions: [1] } } });
    expect(shares.message).toContain('belongs to kind "fractions", but evaluation.at.kind is "epochs"');
    expect(shares.hint).toBe('Remove evaluation.at.fractions, or set evaluation.at.kind to "fractions".');
    expect(refusal({ ...minimal, evaluation: { everyEpochs: 2 } }).message).toContain(
      'evaluation.everyEpochs: no such field',
    );
  });

  it('lists further problems after the first, each field once, and no more than five', () => {
    const error = refusal({ ...minimal, seed: -1.5, sampling: { bins: 0, seen: 0 } });
    expect(error.message.match(/found/g)).toHaveLength(3);
    const many = refusal({
      ...minimal,
      seed: -1,
      sampling: { bins: 0, seen: 0, withheld: -1 },
      train: { epochs: -1, batchSize: 0, rowTokens: 1 },
    });
    expect(many.message.match(/found/g)).toHaveLength(5);
    expect(many.message).toContain('and 2 more');
  });

  it('refuses another version by its own code and says what to do', () => {
    const newer = refusal({ ...minimal, specVersion: 3, somethingNew: {} });
    expect(newer).toMatchObject({ code: 'spec-version', control: 'specVersion' });
    expect(newer.message).toContain('specVersion: found 3, allowed: 2');
    expect(newer.hint).toContain('newer Ontoscope');
    expect(refusal({ ...minimal, specVersion: 0 }).hint).toContain('"specVersion": 2');
  });

  it('gives the place of a slip in the JSON', () => {
    const error = refusal('{\n  "specVersion": 1,\n  "model": {},,\n}');
    expect(error.code).toBe('spec-invalid');
    expect(error.message).toMatch(/first-light\.json: this is not JSON: .*line 3,? column 15/);
  });

  it.each([['[]'], ['"text"'], ['null'], ['3']])('refuses JSON that is no object: %s', (text) => {
    expect(refusal(text).message).toMatch(/first-light\.json: found .*, allowed: a JSON object/);
  });

  it('does not take inherited names for fields', () => {
    expect(refusal('{"specVersion":1,"model":{},"ontology":{},"__proto__":{"seed":3}}').control).toBe('__proto__');
    expect(refusal({ ...minimal, adapter: { kind: 'constructor' } }).control).toBe('adapter.kind');
  });
});
