import * as fc from 'fast-check';
import * as prettier from 'prettier';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_SPEC,
  diffFromPreset,
  diffSpecs,
  parsePreset,
  parsePresetList,
  parseSpec,
  resolvePresets,
  withPresets,
  type Preset,
} from '../../../src/spec';
import { arbitraryInput } from './arbitrary';

const FOLDER = fileURLToPath(new URL('../../../public/presets/', import.meta.url));
const INDEX = `${FOLDER}index.json`;
const text = (name: string) => readFileSync(`${FOLDER}${name}`, 'utf8');
/** As they are offered: a first look, papers, methods, measures. */
const NAMES = [
  'quick-look',
  'first-light',
  'paper-term-normalization',
  'paper-survival',
  'dft',
  'bft',
  'with-rehearsal',
  'all-probes',
];
const files = NAMES.map((name) => `${name}.json`);
const presets = files.map((name) => parsePreset(text(name), name));
const named = (...names: string[]) => names.map((name) => presets.find((preset) => preset.name === name)!);
const own = { specVersion: 2, model: { path: 'm' }, ontology: { path: 'hp.obo' } };
const preset = (sets: Preset['sets']): Preset => ({ name: 'own', label: 'Own', description: 'Mine.', sets });
const laid = (spec: unknown, ...layers: Preset['sets'][]) =>
  parseSpec(withPresets(spec, layers.map(preset)), 'laid.json');

describe('the presets', () => {
  it('are these, each in the file of its name', () => {
    expect(readdirSync(FOLDER).sort()).toEqual([...files, 'index.json'].sort());
    expect(presets.map(({ name }) => name)).toEqual(NAMES);
  });

  it('stand all in the registry in this order (after a change: vitest run -u on this file)', async () => {
    const content = { presets: files.map((name) => JSON.parse(text(name)) as unknown) };
    const options = { ...(await prettier.resolveConfig(INDEX)), parser: 'json' };
    await expect(await prettier.format(JSON.stringify(content), options)).toMatchFileSnapshot(INDEX);
    expect(parsePresetList(text('index.json'), 'index.json')).toEqual(presets);
  });

  it.each(presets)('$name says in one sentence what it is, and changes something', (one) => {
    expect(one.description).toMatch(/^[A-Z](?:[^.]|\.\d)*\.$/);
    const spec = resolvePresets([one]);
    expect(diffSpecs(spec, DEFAULT_SPEC)).not.toEqual([]);
    expect(spec.model.path).toBeNull();
    expect(spec.name).toBe('untitled');
    // Whatever it sets is what comes out.
    expect(spec).toMatchObject(one.sets);
  });

  it('quick-look is quick', () => {
    const { sampling, train } = resolvePresets(named('quick-look'));
    expect((sampling.seen + sampling.withheld) * train.epochs).toBeLessThan(400);
  });

  it('first-light is the study of that name', () => {
    const study = new URL('../../../public/studies/first-light.json', import.meta.url);
    const spec = parseSpec(readFileSync(study, 'utf8'), 'first-light.json');
    expect(diffFromPreset(spec, named('first-light'))).toEqual([]);
  });

  it('lie on one another: any two give a valid spec in which the later wins', () => {
    for (const below of presets) {
      for (const above of presets) expect(resolvePresets([below, above])).toMatchObject(above.sets);
    }
    const both = resolvePresets(named('first-light', 'all-probes', 'bft'));
    expect(both).toMatchObject({
      adapter: { kind: 'full' },
      method: { kind: 'bft' },
      evaluation: { probes: { ranks: true } },
    });
  });
});

describe('a spec on presets', () => {
  it('keeps its own fields and takes the others from below, defaults last', () => {
    const spec = laid(
      { ...own, train: { epochs: 3 } },
      { train: { epochs: 9, batchSize: 4 }, evaluation: { samples: 7 } },
      { evaluation: { samples: 8, topK: 2 } },
    );
    expect(spec.train).toMatchObject({ epochs: 3, batchSize: 4 });
    expect(spec.evaluation).toMatchObject({ samples: 8, topK: 2, topP: 1 });
    expect(spec.model.path).toBe('m');
  });

  it('takes lists whole, and null as a value', () => {
    const below = { directions: ['term-to-id', 'id-to-term'], evaluation: { probes: { canaries: { count: 3 } } } };
    expect(laid({ ...own, directions: ['id-to-term'] }, below).directions).toEqual(['id-to-term']);
    expect(laid({ ...own, evaluation: { probes: { canaries: null } } }, below).evaluation.probes.canaries).toBeNull();
    expect(
      laid({ ...own, evaluation: { probes: { canaries: { tokens: 4 } } } }, below).evaluation.probes.canaries,
    ).toEqual({ path: null, count: 3, tokens: 4 });
  });

  it('drops what only the other variant has, and adds to the same one without naming it', () => {
    const lora = { adapter: { kind: 'lora', rank: 8 } };
    expect(laid({ ...own, adapter: { kind: 'full' } }, lora).adapter).toEqual({ kind: 'full' });
    expect(laid({ ...own, adapter: { alpha: 4 } }, lora).adapter).toMatchObject({ kind: 'lora', rank: 8, alpha: 4 });
    expect(laid({ ...own, adapter: { kind: 'lora' } }, lora, { adapter: { kind: 'full' } }).adapter).toMatchObject({
      rank: 16,
    });
    const bft = { method: { kind: 'bft', window: 2, gamma: 3 } };
    expect(laid({ ...own, method: { kind: 'bft', gamma: 2 } }, bft).method).toMatchObject({ window: 2, gamma: 2 });
    expect(laid({ ...own, method: { kind: 'dft' } }, bft).method).toEqual({ kind: 'dft' });
  });

  it('is refused where its own fields do not belong to what it chooses', () => {
    const bft = { method: { kind: 'bft', window: 2 } };
    expect(() => laid({ ...own, method: { kind: 'sft', gamma: 2 } }, bft)).toThrow(
      'method.gamma: belongs to kind "bft"',
    );
    expect(() => laid({ ...own, train: { epoch: 2 } }, { train: { epochs: 3 } })).toThrow('train.epoch: no such field');
    expect(() => laid('text', bft)).toThrow(expect.objectContaining({ code: 'spec-invalid' }));
  });

  it('may be of an older version', () => {
    const old = { specVersion: 1, model: {}, ontology: {}, evaluation: { everyEpochs: 2 } };
    expect(laid(old, { evaluation: { at: { kind: 'steps', every: 50 }, samples: 3 } }).evaluation).toMatchObject({
      at: { kind: 'epochs', every: 2 },
      samples: 3,
    });
  });

  it('that says everything itself is not changed by any preset', () => {
    fc.assert(
      fc.property(arbitraryInput.v2, fc.subarray(presets), (input, layers) => {
        const whole = parseSpec(input, 'whole.json');
        expect(parseSpec(withPresets(whole, layers), 'laid.json')).toEqual(whole);
        const before = structuredClone(input);
        withPresets(input, layers);
        expect(input).toEqual(before);
        expect(withPresets(input, [])).toEqual(input);
      }),
      { numRuns: 300, seed: 4 },
    );
  });

  it('cannot reach into objects', () => {
    const source = '{"specVersion":2,"model":{},"ontology":{},"train":{"__proto__":{"polluted":1}}}';
    expect(() => laid(JSON.parse(source), { train: { epochs: 3 } })).toThrow('train.__proto__: no such field');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('the difference from a preset', () => {
  it('says what was changed, names and files aside', () => {
    const spec = parseSpec(
      withPresets(
        {
          ...own,
          name: 'Mine',
          description: 'x',
          ontology: { path: 'o', counts: { path: 'c' }, covariates: [{ name: 'age', path: 'a' }] },
          evaluation: { probes: { canaries: { path: 'own.tsv', count: 5 } } },
        },
        named('all-probes'),
      ),
      'mine.json',
    );
    const changes = diffFromPreset(spec, named('all-probes'));
    expect(changes.map(({ path, a, b }) => `${path} ${a.text} ${b.text}`)).toEqual([
      'evaluation.probes.canaries.count 20 questions 5 questions',
    ]);
    expect(diffFromPreset(resolvePresets(named('bft')), [])).toMatchObject([{ path: 'method', b: { text: 'bft' } }]);
  });
});

describe('refusing a preset', () => {
  const good = { specVersion: 2, name: 'own', label: 'Own', description: 'Mine.', sets: { seed: 3 } };
  it.each([
    ['no object', [], 'preset.json: '],
    ['an unknown part', { ...good, author: 'me' }, 'author'],
    ['a name that is none', { ...good, name: 'My preset' }, 'name: small letters'],
    ['no description', { ...good, description: '' }, 'description'],
    ['no fields', { ...good, sets: [] }, 'sets: an object'],
    ['a newer version', { ...good, specVersion: 3 }, 'specVersion: found 3'],
    ['an unknown field', { ...good, sets: { train: { epoch: 3 } } }, 'train.epoch: no such field'],
    ['a value out of range', { ...good, sets: { train: { epochs: -3 } } }, 'train.epochs: found -3'],
    ['a place', { ...good, sets: { model: { path: '/home/ada/m' } } }, 'model.path cannot be set'],
    [
      'a place in a list',
      { ...good, sets: { ontology: { covariates: [{ name: 'a', path: 'b' }] } } },
      'ontology.covariates.path cannot be set',
    ],
    [
      'a place within a probe',
      { ...good, sets: { evaluation: { probes: { canaries: { path: 'b' } } } } },
      'canaries.path cannot',
    ],
    ['a run’s name', { ...good, sets: { name: 'x' } }, 'name cannot be set'],
    ['a version within', { ...good, sets: { specVersion: 1 } }, 'specVersion cannot be set'],
    ['a way into objects', { ...good, sets: JSON.parse('{"__proto__":{"seed":1}}') as object }, '__proto__'],
  ])('%s', (_name, source, words) => {
    expect(() => parsePreset(source, 'preset.json')).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^spec-/), message: expect.stringContaining(words) }),
    );
  });

  it('that is no JSON, and lists that are none', () => {
    expect(() => parsePreset('{', 'preset.json')).toThrow('preset.json: this is not JSON');
    expect(() => parsePresetList('{}', 'index.json')).toThrow('no list of presets');
    expect(() => parsePresetList({ presets: [good, good] }, 'index.json')).toThrow('"own" stands twice');
  });

  it('reads an older one as it was meant', () => {
    const old = parsePreset({ ...good, specVersion: 1, sets: { evaluation: { everyEpochs: 3 } } }, 'old.json');
    expect(old.sets).toEqual({ evaluation: { at: { kind: 'epochs', every: 3 } } });
  });
});
