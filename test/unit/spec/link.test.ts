import * as fc from 'fast-check';
import { deflateSync, zlibSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { publishedPresets } from '../../../src/cli/presets';
import { LabError } from '../../../src/core/errors';
import { sha256Hex } from '../../../src/core/hash';
import {
  applyOverrides,
  decodeSpecLink,
  encodeSpecLink,
  isSpecLink,
  listFields,
  parseSpec,
  readSpecLink,
  travelSpec,
  withPresets,
  type ExperimentSpec,
  type LinkFile,
} from '../../../src/spec';
import { LATER_FIELDS } from '../../../src/spec/identity';
import { LINK_DICTIONARY_1 } from '../../../src/spec/link-dictionary';
import { arbitrarySpec } from './arbitrary';

const LATER_CHOICES = ['"adamw-8bit"'];

const studies = ['first-light', 'first-light-lora'] as const;
const study = (name: string, ...sets: string[]): ExperimentSpec => {
  const file = fileURLToPath(new URL(`../../../public/studies/${name}.json`, import.meta.url));
  return parseSpec(applyOverrides(JSON.parse(readFileSync(file, 'utf8')), sets), name);
};
const file = (field: string, name: string): LinkFile => ({
  field,
  name,
  bytes: 123_456,
  sha256: sha256Hex(field + name),
});
const FILES = [
  file('model.path', 'config.json'),
  file('model.path', 'tokenizer.json'),
  file('model.path', 'model.safetensors'),
  file('ontology.path', 'hp.obo'),
  file('ontology.counts.path', 'counts.tsv'),
];

/** What a person would write beside a preset. */
const OWN = { name: 'Cellular components, second try', description: 'Does a smaller rate keep what was known before?' };
const CHANGES = ['train.epochs=35', 'optimizer.learningRate=0.0003', 'seed=20260101'];

const DICTIONARY_SHA256 = '00a3a5746adf939fd51f0e79b1fac16e29128060bb9035fed9a2ef3078071cba';
const KEPT_LINK =
  '#s1=Hz9QQEkYw-dYlPrSAuRjIqohAz1TYH7HVhfhrTxMgW7BUgJCyltYSWqEGnLQ0sc7tQCkCLkgRC1M4OEDzO84AwgWJsZAhwAA';

/** A link of whatever content, with a right checksum: what someone who knows the format could make. */
function forge(json: string | Uint8Array, pack = deflateSync): string {
  const bytes = typeof json === 'string' ? new TextEncoder().encode(json) : json;
  const check = Uint8Array.from(sha256Hex(bytes).slice(0, 12).match(/../g)!, (pair) => parseInt(pair, 16));
  const body = pack(bytes, { dictionary: LINK_DICTIONARY_1 });
  return `#s1=${Buffer.concat([check, body]).toString('base64url')}`;
}

function refusal(link: string): LabError {
  try {
    readSpecLink(link);
  } catch (error) {
    expect(error).toBeInstanceOf(LabError);
    return error as LabError;
  }
  throw new Error('The link was accepted.');
}

describe('a link', () => {
  it('brings the whole spec, without places on the sender’s machine', () => {
    fc.assert(
      fc.property(arbitrarySpec, (spec) => {
        const link = encodeSpecLink(spec);
        expect(link).toMatch(/^#s1=[A-Za-z0-9_-]+$/);
        expect(decodeSpecLink(link)).toEqual(travelSpec(spec, 'link'));
        expect(encodeSpecLink(decodeSpecLink(link))).toBe(link);
      }),
      { numRuns: 500 },
    );
  });

  it.each(studies)('of the study %s with three changes stays far below 2,000 characters', (name) => {
    const changed = study(name, 'train.epochs=35', 'optimizer.learningRate=0.0003', 'seed=20260101');
    expect(encodeSpecLink(changed).length).toBeLessThan(400);
    expect(encodeSpecLink(changed, FILES).length).toBeLessThan(900);
  });

  it.each(publishedPresets())('of the preset $name with three changes stays far below 2,000 characters', (preset) => {
    const own = withPresets({ specVersion: 2, model: {}, ontology: {}, ...OWN }, [preset]);
    const changed = parseSpec(applyOverrides(own, CHANGES), preset.name);
    const length = { bare: encodeSpecLink(changed).length, files: encodeSpecLink(changed, FILES).length };
    process.stdout.write(`link of ${preset.name}: ${length.bare} characters, ${length.files} with five hashed files\n`);
    expect(length.bare).toBeLessThanOrEqual(500);
    expect(length.files).toBeLessThanOrEqual(900);
  });

  it('finds every field and every choice in its dictionary, so that specs of any kind stay short', () => {
    const dictionary = new TextDecoder().decode(LINK_DICTIONARY_1);
    for (const { path, allowed, travel } of listFields()) {
      // What came after the dictionary is spelled out, where it is not at its default.
      if (path === '$schema' || LATER_FIELDS.some(([field]) => field === path)) continue;
      expect(dictionary, path).toContain(`"${path.split('.').at(-1)!}":`);
      expect(travel).not.toBe('bundle');
      for (const choice of path === 'directions' ? [] : (allowed.match(/"[^"]+"/g) ?? [])) {
        if (LATER_CHOICES.includes(choice)) continue;
        expect(dictionary, path).toContain(choice);
      }
    }
  });

  it('says which files the experiment needs, by name and hash', () => {
    const link = encodeSpecLink(study('first-light'), FILES);
    expect(readSpecLink(link)).toEqual({ spec: study('first-light'), files: FILES });
    expect(readSpecLink(`https://lab.example/app/?view=1${link}`).files).toEqual(FILES);
  });

  it('is told from other fragments', () => {
    expect([encodeSpecLink(study('first-light')), '#s2=abc', 's1='].map(isSpecLink)).toEqual([true, true, true]);
    expect(['', '#', '#records', '#sx=1', '#a s1='].map(isSpecLink)).toEqual([false, false, false, false, false]);
  });

  it('written today can be read for ever: format 1 and its dictionary are frozen', () => {
    expect(sha256Hex(LINK_DICTIONARY_1)).toBe(DICTIONARY_SHA256);
    expect(decodeSpecLink(KEPT_LINK)).toMatchObject({
      name: 'Kept', seed: 9, train: { epochs: 3 }, adapter: { kind: 'lora', rank: 8 }, ontology: { path: 'hp.obo' },
      method: { kind: 'bft', window: 2 }, evaluation: { at: { fractions: [0.1, 0.5] }, probes: { canaries: { count: 5 } } },
    }); // prettier-ignore
  });

  it('is refused at its making where its text is too long to be read again', () => {
    const words = Array.from({ length: 9000 }, (_, i) => sha256Hex(String(i)).slice(0, 6)).join(' ');
    expect(() => encodeSpecLink({ ...study('first-light'), description: words })).toThrow(/too long for a link/);
    expect(() => encodeSpecLink({ ...study('first-light'), description: 'a'.repeat(70_000) })).toThrow(/too long/);
  });
});

describe('a link that is not as it was written', () => {
  const good = encodeSpecLink(study('first-light'), FILES);

  it.each([
    ['nothing', '', 'link-invalid', 'not a link'],
    ['another fragment', '#records', 'link-invalid', 'not a link'],
    ['a newer format', '#s2=abcdefghijkl', 'link-invalid', 'format 2'],
    ['a cut one', good.slice(0, -9), 'link-invalid', 'Copy the whole link|cut|damaged|unpacked'],
    ['an empty one', '#s1=', 'link-invalid', 'cut short'],
    ['a foreign character', `${good.slice(0, 40)}.${good.slice(41)}`, 'link-invalid', '"\\."'],
    ['a changed checksum', good.replace(/^#s1=./, good[4] === 'A' ? '#s1=B' : '#s1=A'), 'link-invalid', 'checksum'],
    ['more than can be a link', `#s1=${'A'.repeat(20_000)}`, 'link-invalid', 'characters'],
    ['no JSON', forge('spec'), 'link-invalid', 'JSON'],
    ['no UTF-8', forge(Uint8Array.of(0x22, 0xff, 0x22)), 'link-invalid', 'JSON'],
    ['a list', forge('[]'), 'link-invalid', 'spec'],
    ['no spec', forge('{}'), 'spec-invalid', 'JSON object'],
    ['an unknown part', forge('{"spec":{"specVersion":1,"model":{},"ontology":{}},"run":1}'), 'link-invalid', '"run"'],
    ['an unknown field', forge('{"spec":{"specVersion":1,"model":{},"ontology":{},"pace":1}}'), 'spec-invalid', 'pace'],
    ['a newer spec', forge('{"spec":{"specVersion":3,"model":{},"ontology":{}}}'), 'spec-version', '3'],
    ['a hash that is none', forge('{"spec":{"specVersion":1,"model":{},"ontology":{}},"files":[{"field":"model.path","name":"a","bytes":1,"sha256":"x"}]}'), 'link-invalid', 'files'],
    ['another packing', forge('{"spec":{"specVersion":1,"model":{},"ontology":{}}}', zlibSync), 'link-invalid', 'unpacked|checksum'],
  ])('%s is refused in words', (_name, link, code, words) => {
    const error = refusal(link);
    expect(error.code).toBe(code);
    expect(`${error.message} ${error.hint}`).toMatch(new RegExp(words));
  }); // prettier-ignore

  it('cannot unpack to more than a spec could be', () => {
    const bomb = forge(`{"spec":${' '.repeat(8_000_000)}{}}`);
    expect(bomb.length).toBeLessThan(16_384);
    expect(refusal(bomb).message).toMatch(/unpacks to more than/);
    expect(refusal(forge('['.repeat(60_000))).code).toBe('link-invalid');
  });

  it.each([
    '{"__proto__":{"polluted":1},"spec":{"specVersion":1,"model":{},"ontology":{}}}',
    '{"spec":{"__proto__":{"polluted":1},"specVersion":1,"model":{},"ontology":{}}}',
    '{"spec":{"specVersion":1,"model":{"__proto__":{"polluted":1}},"ontology":{}}}',
    '{"spec":{"specVersion":1,"model":{},"ontology":{"covariates":[{"name":"a","path":"b","__proto__":{"polluted":1}}]}}}',
    '{"spec":{"specVersion":1,"model":{},"ontology":{"constructor":{"prototype":{"polluted":1}}}}}',
    '{"spec":{"specVersion":1,"model":{},"ontology":{}},"files":[{"__proto__":{"polluted":1}}]}',
  ])('cannot reach into the page’s objects: %s', (json) => {
    expect(refusal(forge(json)).code).toMatch(/^(link|spec)-invalid$/);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('never shows a place of a machine, whoever wrote it', () => {
    const link = forge('{"spec":{"specVersion":1,"model":{"path":"/etc/secret/model"},"ontology":{}}}');
    expect(decodeSpecLink(link).model.path).toBe('model');
  });

  it('is refused, or is the very same spec, in 10,000 mutations', () => {
    const links = [good, ...studies.map((name) => encodeSpecLink(study(name, 'train.epochs=35', 'seed=3')))];
    const specs = new Set(links.map((link) => JSON.stringify(decodeSpecLink(link))));
    const characters = [...'ABCabc0189-_=#.%s', '\u0000', 'é', '💥'];
    const mutation = fc.record({
      link: fc.constantFrom(...links),
      kind: fc.constantFrom('set', 'drop', 'insert', 'cut', 'double', 'swap'),
      at: fc.nat(2000),
      character: fc.constantFrom(...characters),
    });
    let [refused, same] = [0, 0];
    fc.assert(
      fc.property(mutation, ({ link, kind, at, character }) => {
        const i = at % link.length;
        const mutated = {
          set: link.slice(0, i) + character + link.slice(i + 1),
          drop: link.slice(0, i) + link.slice(i + 1),
          insert: link.slice(0, i) + character + link.slice(i),
          cut: link.slice(0, i),
          double: link.slice(0, i) + link.slice(i >> 1),
          swap: link.slice(0, i) + (link[i + 1] ?? '') + link[i]! + link.slice(i + 2),
        }[kind];
        try {
          const spec = decodeSpecLink(mutated);
          expect(specs.has(JSON.stringify(spec))).toBe(true);
          same += 1;
        } catch (error) {
          if (!(error instanceof LabError)) throw error;
          refused += 1;
        }
      }),
      { numRuns: 10_000, seed: 5 },
    );
    expect(refused + same).toBe(10_000);
    expect(refused).toBeGreaterThan(9000);
  });

  it('whose JSON was changed under a right checksum is a valid spec or a typed error, 10,000 times', () => {
    const json = JSON.stringify({ spec: { ...study('first-light-lora') }, files: FILES });
    const pieces = ['"', '{', '}', '[', ']', ',', ':', 'null', '-1', '1e999', '"__proto__":', 'true', 'é', '0', ''];
    const mutation = fc.record({ at: fc.nat(json.length), drop: fc.nat(12), put: fc.constantFrom(...pieces) });
    let read = 0;
    fc.assert(
      fc.property(mutation, ({ at, drop, put }) => {
        try {
          const { spec } = readSpecLink(forge(json.slice(0, at) + put + json.slice(at + drop)));
          expect(parseSpec(spec, 'again')).toEqual(spec);
          read += 1;
        } catch (error) {
          if (!(error instanceof LabError)) throw error;
          expect(error.code).toMatch(/^(link-invalid|spec-invalid|spec-version)$/);
        }
      }),
      { numRuns: 10_000, seed: 6 },
    );
    expect(read).toBeGreaterThan(100);
    expect(read).toBeLessThan(9000);
  }, 60_000);
});
