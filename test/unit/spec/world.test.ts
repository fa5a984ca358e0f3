/** World files: what is read, what is refused and how it is named. */
import { toJsonSchema } from '@valibot/to-json-schema';
import Ajv from 'ajv';
import * as fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { parseWorld, worldHash, worldSchema } from '../../../src/spec';
import { buildWorld } from '../../../src/worlds';
import { mutate } from '../../helpers/mutate';

const SCHEMA = fileURLToPath(new URL('../../../public/schemas/world.v1.json', import.meta.url));
const WORLDS = fileURLToPath(new URL('../../../public/worlds/', import.meta.url));

/** Shows one of each choice that a small world can have. */
const sample = {
  worldVersion: 1,
  name: 'sample',
  seed: 4,
  groups: [
    {
      name: 'codes',
      source: {
        kind: 'synthetic',
        count: 12,
        names: { style: 'code', prefix: 'TRM' },
        identifiers: { grammar: 'letters', lambda: 0.5 },
      },
      exposures: { kind: 'buckets', sizes: [0, 1, 4], facts: [2, 4, 6] },
      termFirst: 0.5,
      window: { from: 0.25, to: 1 },
    },
    {
      name: 'symbols',
      source: {
        kind: 'synthetic',
        count: 9,
        names: { style: 'protein' },
        identifiers: { grammar: 'symbol', lambda: 1 },
      },
      exposures: { kind: 'zipf-total', exponent: 1, total: 30 },
    },
    {
      name: 'given',
      source: { kind: 'given', path: 'terms.tsv', terminology: null, count: 3, longest: 40 },
      exposures: { kind: 'zipf-max', exponent: 0.5, max: 4 },
    },
  ],
  sentences: {
    set: 'custom',
    custom: { 'term-to-id': ['{term} is {identifier}'], 'id-to-term': ['{identifier} is {term}'] },
  },
  filler: { sentences: 60, heldOut: 5 },
  tokenizer: { vocabulary: 400 },
  twin: { kind: 'flipped', groups: ['codes', 'given'] },
};
const given = new Map([[2, ['spleen', 'retina', 'ulna'].map((term, i) => ({ term, identifier: `S${i}` }))]]);

function refusal(value: unknown): LabError {
  try {
    parseWorld(value, 'world.json');
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

/** The sample with one field of it replaced, by its path. */
function withField(path: string, value: unknown): unknown {
  const copy = structuredClone(sample) as Record<string, unknown>;
  const names = path.split('.');
  let at = copy;
  for (const name of names.slice(0, -1)) at = at[name] as Record<string, unknown>;
  at[names.at(-1)!] = value;
  return copy;
}

describe('a world', () => {
  it('is filled with its defaults', () => {
    const world = parseWorld(
      '{"worldVersion": 1, "groups": [{"name": "a", "source": {"kind": "synthetic", "count": 6}}]}',
      'world.json',
    );
    expect(world).toEqual({
      worldVersion: 1,
      name: 'untitled world',
      description: '',
      seed: 1,
      groups: [
        {
          name: 'a',
          source: {
            kind: 'synthetic',
            count: 6,
            names: { style: 'finding' },
            identifiers: { grammar: 'code', prefix: 'WLD', lambda: 0 },
          },
          exposures: { kind: 'buckets', sizes: [0, 1, 4, 16, 64, 256], facts: null },
          termFirst: 0.5,
          window: { from: 0, to: 1 },
        },
      ],
      sentences: { set: 'short-statements', custom: null },
      filler: { sentences: 1000, heldOut: 200 },
      tokenizer: { vocabulary: 1024 },
      twin: { kind: 'whole' },
    });
  });

  it.each<[path: string, value: unknown, control: string, words: string]>([
    ['worldVersion', 2, 'worldVersion', 'found 2, allowed: 1'],
    ['sed', 1, 'sed', 'no such field'],
    ['groups.0.source.identifiers.lamda', 1, 'groups.0.source.identifiers.lamda', 'grammar, lambda'],
    ['groups.0.source.identifiers.lambda', 1.5, 'groups.0.source.identifiers.lambda', 'found 1.5'],
    ['groups.0.source.identifiers.grammar', 'codes', 'groups.0.source.identifiers.grammar', 'found "codes"'],
    ['groups.0.source.names.prefix', 'tr', 'groups.0.source.names.prefix', '1 to 8 capital letters'],
    ['groups.1.source.names.prefix', 'TR', 'groups.1.source.names.prefix', 'no such field'],
    ['groups.0.source.count', 0, 'groups.0.source.count', 'found 0'],
    [
      'groups.0.source.count',
      11,
      'groups.0.exposures.facts',
      'found 12 facts together, but groups.0.source.count is 11',
    ],
    ['groups.0.exposures.facts', [12], 'groups.0.exposures.facts', 'found 1 numbers for 3 buckets'],
    ['groups.0.exposures.sizes', [1, 4, 1], 'groups.0.exposures.sizes', 'found 1 more than once'],
    ['groups.0.window.to', 0.25, 'groups.0.window', '"from" below "to"'],
    ['groups.1.name', 'codes', 'groups.1.name', 'groups.0'],
    ['groups.1.name', 'two words', 'groups.1.name', 'letters, digits'],
    [
      'groups.1.exposures',
      { kind: 'zipf-total', exponent: 1, total: 30, max: 3 },
      'groups.1.exposures.max',
      'no such field',
    ],
    ['groups.2.source.terminology', 'umls', 'groups.2.source.terminology', 'found "umls"'],
    ['groups', [], 'groups', 'an empty list'],
    ['sentences.custom', null, 'sentences.custom', 'custom'],
    ['sentences.set', 'short', 'sentences.set', 'found "short"'],
    ['tokenizer.vocabulary', 1025, 'tokenizer.vocabulary', 'found 1025'],
    ['twin.groups', ['codes', 'other'], 'twin.groups.1', 'a group of this world'],
    ['twin.kind', 'whole', 'twin.groups', 'no such field'],
    ['hash', '0'.repeat(64), 'hash', 'the world’s hash is'],
    ['constructor', 1, 'constructor', 'no such field'],
  ])('with %s = %j is refused, naming %s', (path, value, control, words) => {
    const error = refusal(withField(path, value));
    expect(error).toMatchObject({ code: 'world-invalid', control });
    expect(error.message).toContain(words);
    expect(error.message).toContain('world.json');
  });

  it('suggests the field that was meant', () => {
    expect(refusal(withField('sed', 1)).hint).toBe('Did you mean seed?');
    expect(refusal(withField('groups.0.source.identifiers.lamda', 1)).hint).toBe(
      'Did you mean groups.0.source.identifiers.lambda?',
    );
  });

  it('has one hash for one content, and may carry it', () => {
    const world = parseWorld(sample, 'a');
    const hash = worldHash(world);
    const reversed = Object.fromEntries(Object.entries(sample).reverse());
    expect(worldHash(parseWorld({ ...reversed, description: 'other', $schema: 'x', hash }, 'b'))).toBe(hash);
    expect(worldHash(parseWorld({ ...sample, seed: 5 }, 'c'))).not.toBe(hash);
    expect(parseWorld({ ...world, hash }, 'd')).toEqual({ ...world, hash });
  });
});

/** Values with one member changed to something else, removed, renamed or moved. */
const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    NaN,
    -1,
    0,
    1,
    2,
    7,
    1e308,
    0.5,
    '',
    '__proto__',
    [],
    {},
    null,
    [[]],
    { kind: 'whole' },
    { style: 'letters' },
  ),
  fc.constantFrom(
    { kind: 'synthetic', count: 5 },
    { kind: 'zipf-max', exponent: 2, max: 9 },
    '{term}{identifier}',
    'codes',
    [0, 3],
  ),
);

describe('garbage', () => {
  it('is refused by a typed error, or is a world that can be made', () => {
    let refused = 0;
    let made = 0;
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }),
        anyJson,
        fc.nat(2),
        (path, replacement, how) => {
          try {
            const { corpus, facts } = buildWorld(
              parseWorld(mutate(sample, path, replacement, how), 'world.json'),
              given,
            );
            expect(facts.length).toBeGreaterThan(0);
            expect(corpus.sentences.every(({ text }) => text.length > 0)).toBe(true);
            made += 1;
          } catch (error) {
            expect(error, String(error)).toBeInstanceOf(LabError);
            expect((error as LabError).code).toBe('world-invalid');
            expect((error as LabError).hint.length).toBeGreaterThan(5);
            refused += 1;
          }
        },
      ),
      { numRuns: 2500, seed: 11 },
    );
    // Both ends are reached, so neither claim is empty.
    expect(refused).toBeGreaterThan(500);
    expect(made).toBeGreaterThan(100);
  });
});

describe('the published JSON Schema', () => {
  it('is the schema that worlds are checked with (after a change: vitest run -u on this file)', async () => {
    const { $schema, ...schema } = toJsonSchema(worldSchema, { typeMode: 'input' });
    const published = {
      $schema,
      title: 'Ontoscope world, version 1',
      description: 'Dials of a synthetic ontology and its corpus. Fields that are left out take their default.',
      ...schema,
    };
    const options = { ...(await prettier.resolveConfig(SCHEMA)), parser: 'json' };
    await expect(await prettier.format(JSON.stringify(published), options)).toMatchFileSnapshot(SCHEMA);
  });

  it('judges worlds as the parser does', () => {
    const validate = new Ajv().compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);
    expect(validate(sample)).toBe(true);
    for (const [path, value] of [
      ['sed', 1],
      ['groups', []],
      ['groups.0.source.identifiers.lambda', 2],
      ['groups.0.source.names.prefix', 'x'],
      ['tokenizer.vocabulary', 2000],
      ['worldVersion', 2],
    ] as const) {
      expect(validate(withField(path, value)), path).toBe(false);
      expect(() => parseWorld(withField(path, value), 'w')).toThrow();
    }
  });

  it('and the parser take every world that is shipped', () => {
    const validate = new Ajv().compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);
    const files = readdirSync(WORLDS).filter((name) => name !== 'index.json');
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const text = readFileSync(`${WORLDS}${file}`, 'utf8');
      expect(validate(JSON.parse(text)), file).toBe(true);
      expect(parseWorld(text, file).description).not.toBe('');
    }
  });
});
