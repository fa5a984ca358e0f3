import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/core/hash';
import { canonicalJson } from '../../../src/core/json';
import { applyOverrides, diffSpecs, experimentIdentity, parseSpec, specHash } from '../../../src/spec';

const minimal = { specVersion: 2, model: {}, ontology: {} };
const spec = (...assignments: string[]) => parseSpec(applyOverrides(minimal, assignments), 'spec.json');
const identity = (...assignments: string[]) => canonicalJson(experimentIdentity(spec(...assignments)));

describe('hash of a spec', () => {
  it('is the same for defaults left out and written down, in any order of fields', () => {
    const written = {
      sampling: { withheld: 100, seen: 100, bins: 20 },
      ontology: {},
      model: { path: null },
      specVersion: 2,
    };
    expect(specHash(parseSpec(written, 'spec.json'))).toBe(specHash(spec()));
    expect(specHash(spec())).toMatch(/^[0-9a-f]{64}$/);
  });

  it('passes over $schema and description, and sees everything else', () => {
    expect(specHash(spec('description=words', '$schema=x.json'))).toBe(specHash(spec()));
    const changes = [
      'name=other',
      'seed=2',
      'model.path=m',
      'train.epochs=3',
      'adapter.rank=4',
      'directions=["id-to-term"]',
    ];
    const hashes = changes.map((change) => specHash(spec(change)));
    expect(new Set([specHash(spec()), ...hashes]).size).toBe(changes.length + 1);
  });
});

describe('identity of an experiment', () => {
  it('does not depend on where files lie nor on names', () => {
    const here = identity('model.path=a', 'ontology.path=b', 'ontology.counts.path=c', 'name=one', 'description=x');
    const there = identity('model.path=d', 'ontology.path=e', 'ontology.counts.path=f', 'name=two');
    expect(here).toBe(there);
    expect(here).not.toMatch(/"path"/);
  });

  it('depends on everything that changes numbers', () => {
    const changes = [
      'seed=2',
      'ontology.counts.path=c',
      'ontology.termColumn=label',
      'evaluation.topK=4',
      'adapter.kind=full',
    ];
    expect(new Set([identity(), ...changes.map((change) => identity(change))]).size).toBe(changes.length + 1);
    expect(identity('ontology.counts.path=c', 'ontology.counts.countColumn=n')).not.toBe(
      identity('ontology.counts.path=c'),
    );
  });
});

describe('fields that came after runs were recorded', () => {
  it('are no part of hash and identity where they stand at what those runs did', () => {
    const [first, second] = [specHash(spec()), identity()];
    // As it was before there were such fields.
    expect(first).toBe('c33b6f5c8706ad646199d87f4fe23e2c389ccb8c221a17b74cd6e403aa0c44ee');
    expect(sha256Hex(second)).toBe('46227d2b01c0151a55e3361394f46962ea4dfabc703050e037623bd58f326208');
    expect(second).not.toMatch(/dora|loraPlusRatio/);
    expect(identity('adapter.dora=false', 'optimizer.loraPlusRatio=null')).toBe(second);
  });

  it('tell experiments apart where they do something', () => {
    const changes = [
      'adapter.dora=true',
      'optimizer.loraPlusRatio=16',
      'optimizer.kind=adamw-8bit',
      'adapter.targets=all-linear',
      'adapter.targets=["c_attn"]',
    ];
    expect(new Set([identity(), ...changes.map((change) => identity(change))]).size).toBe(changes.length + 1);
  });
});

describe('identity of an experiment of version 2', () => {
  it('does not depend on checkpoints, which change no number', () => {
    expect(identity('checkpoint.everySteps=3', 'checkpoint.everySeconds=5')).toBe(identity());
    expect(specHash(spec('checkpoint.everySteps=3'))).not.toBe(specHash(spec()));
  });

  const files = {
    'retention.rehearsal.path': 'retention.rehearsal.source=text',
    'evaluation.probes.canaries.path': 'evaluation.probes.canaries.count=3',
    'evaluation.probes.languageLoss.path': 'evaluation.probes.languageLoss.texts=3',
    'ontology.counts.path': 'ontology.counts.countColumn=n',
  };
  it.each(Object.entries(files))('knows of %s that there is a file, and not where', (field, beside) => {
    const at = (path: string) => identity(`${field}=${path}`, beside);
    expect(at('/home/ada/texts.txt')).toBe(at('other.txt'));
    expect(at('other.txt')).not.toContain('other');
    if (!field.startsWith('ontology.counts')) expect(at('other.txt')).not.toBe(identity(beside));
  });

  it('depends on every field of version 2 that changes numbers or records', () => {
    const changes = [
      'method.kind=dft',
      'method.kind=bft',
      'retention.klWeight=0.1',
      'retention.rehearsal={}',
      'train.earlyStopping={}',
      'evaluation.at.every=2',
      'evaluation.probes.ranks=true',
      'evaluation.probes.embeddings={}',
      'evaluation.probes.canaries={}',
      'evaluation.probes.languageLoss={}',
    ];
    expect(new Set([identity(), ...changes.map((change) => identity(change))]).size).toBe(changes.length + 1);
  });
});

describe('difference of two specs', () => {
  it('is empty for equal specs', () => {
    expect(diffSpecs(spec(), spec())).toEqual([]);
  });

  it('names each field with both values, lists whole, fields of one side only with undefined', () => {
    const differences = diffSpecs(
      spec('seed=3', 'directions=["id-to-term"]', 'ontology.counts.path=c'),
      spec('train.epochs=2', 'adapter.kind=full'),
    );
    expect(differences).toContainEqual({ path: 'seed', a: 3, b: 1 });
    expect(differences).toContainEqual({ path: 'directions', a: ['id-to-term'], b: ['term-to-id', 'id-to-term'] });
    expect(differences).toContainEqual({ path: 'train.epochs', a: 20, b: 2 });
    expect(differences).toContainEqual({ path: 'adapter.kind', a: 'lora', b: 'full' });
    expect(differences).toContainEqual({ path: 'adapter.rank', a: 16, b: undefined });
    expect(differences).toContainEqual({
      path: 'ontology.counts',
      a: { path: 'c', identifierColumn: null, countColumn: null },
      b: null,
    });
  });

  it('mirrors when the sides change places', () => {
    const [a, b] = [spec('seed=3', 'adapter.kind=full'), spec('name=other')];
    const mirrored = diffSpecs(b, a).map(({ path, a: first, b: second }) => ({ path, a: second, b: first }));
    expect(mirrored.sort((x, y) => (x.path < y.path ? -1 : 1))).toEqual(
      diffSpecs(a, b).sort((x, y) => (x.path < y.path ? -1 : 1)),
    );
  });
});

describe('fields that came later', () => {
  it('leave what recorded runs were called as it was, at their defaults', () => {
    const bare = spec();
    expect(experimentIdentity(bare)).not.toHaveProperty('model.precision');
    expect(identity('model.precision="f32"', 'model.doubleQuantisation=false')).toBe(identity());
    expect(identity('evaluation.keptAnswers=0', 'evaluation.probes.tokens=false')).toBe(identity());
    expect(specHash(spec('model.precision="f32"'))).toBe(specHash(bare));
  });

  it('tell experiments apart where they say something else', () => {
    const changes = [
      ...['model.precision="f16"', 'model.precision="nf4"', 'model.doubleQuantisation=true'],
      ...['evaluation.keptAnswers=5', 'evaluation.probes.tokens=true'],
    ];
    expect(new Set([identity(), ...changes.map((change) => identity(change))]).size).toBe(changes.length + 1);
    expect(specHash(spec('model.precision="nf4"'))).not.toBe(specHash(spec()));
  });
});
