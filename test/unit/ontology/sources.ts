/** Files, terms and documents for the tests of readers. */
import fc from 'fast-check';
import { gzipSync } from 'fflate';
import type { ByteFile } from '../../../src/core/files';
import { LabError } from '../../../src/core/errors';
import type { SourceParser } from '../../../src/ontology/reader';
import type { Ontology, Source, Term } from '../../../src/ontology/types';

export const utf8 = (text: string) => new TextEncoder().encode(text);

/** Bytes as a file that hands them out in pieces of the given sizes, again and again. */
export function fileOf(name: string, content: Uint8Array | string, sizes: readonly number[] = [65536]): ByteFile {
  const bytes = typeof content === 'string' ? utf8(content) : content;
  return {
    name,
    bytes: bytes.length,

    async *chunks() {
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = Math.max(1, sizes[turn % sizes.length]!);
        yield bytes.slice(at, at + size);
        at += size;
      }
    },
  };
}

/** One member per text, as bgzip and `cat a.gz b.gz` make them. */
export function gzipMembers(...texts: string[]): Uint8Array {
  const members = texts.map((text) => gzipSync(utf8(text)));
  const all = new Uint8Array(members.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const member of members) {
    all.set(member, at);
    at += member.length;
  }
  return all;
}

/** The LabError a promise rejects with; anything else fails the test. */
export async function rejection(promise: Promise<unknown>): Promise<LabError> {
  const result = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (result instanceof LabError) return result;
  throw result ?? new Error('expected a LabError, but nothing was thrown');
}

/** Reads a text through a parser, cut at the given places. */
export function parsed(parser: SourceParser, text: string, cuts: readonly number[] = []): Source {
  const edges = [0, ...[...cuts].sort((a, b) => a - b), text.length];
  for (let i = 1; i < edges.length; i++) parser.push(text.slice(edges[i - 1], edges[i]));
  return parser.finish();
}

export const cutsOf = (text: string) => fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 30 });

const AWKWARD = [
  '"',
  '\\',
  '!',
  ' ! ',
  '{a="b"}',
  ' {x=y}',
  '[',
  ']',
  ':',
  '\n',
  '\t',
  ' ',
  '<b>&amp;</b>',
  'é',
  '𝒳',
  'n',
  'W',
];

/** Text as it may stand anywhere: trimmed, without NUL and carriage returns; never empty. */
const text = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.array(fc.constantFrom(...AWKWARD, 'word'), { minLength: 1, maxLength: 8 }).map((parts) => parts.join('')),
  )
  .map((value) => value.replace(/[\0\r]/g, '').trim() || 'x');

const accession = fc
  .tuple(fc.constantFrom('HP', 'GO', 'FBbt', 'x.y'), fc.integer({ min: 0, max: 9_999_999 }))
  .map(([space, number]) => `${space}:${String(number).padStart(7, '0')}`);
const identifier = fc.oneof({ arbitrary: accession, weight: 4 }, { arbitrary: text, weight: 1 });
const several = <T>(item: fc.Arbitrary<T>) => fc.uniqueArray(item, { maxLength: 3 });
const maybe = <T>(item: fc.Arbitrary<T>) => fc.option(item, { nil: null });

const term: fc.Arbitrary<Term> = fc
  .record({
    id: identifier,
    label: text,
    definition: maybe(text),
    synonyms: fc.array(
      fc.record({
        text,
        scope: fc.constantFrom('EXACT' as const, 'BROAD' as const, 'NARROW' as const, 'RELATED' as const),
      }),
      { maxLength: 3 },
    ),
    parents: several(identifier),
    altIds: several(identifier),
    obsolete: fc.boolean(),
    replacedBy: several(identifier),
    namespace: maybe(text),
    xrefs: several(identifier),
    unnamed: fc.boolean(),
  })
  .map(({ unnamed, ...rest }) => ({
    ...rest,
    label: unnamed && rest.obsolete ? '' : rest.label,
    symbol: null,
    cells: null,
  }));

/** Header and terms of an ontology; ids are distinct. */
export const ontologies: fc.Arbitrary<Pick<Ontology, 'version' | 'name' | 'licence' | 'terms'>> = fc.record({
  version: maybe(text),
  name: maybe(text),
  licence: maybe(text),
  terms: fc.uniqueArray(term, { minLength: 1, maxLength: 6, selector: ({ id }) => id }),
});

const OIO = 'http://www.geneontology.org/formats/oboInOwl#';

function toIri(id: string): string {
  const match = /^([A-Za-z.]+):(\d{7})$/.exec(id);
  return match ? `http://purl.obolibrary.org/obo/${match[1]}_${match[2]}` : id;
}

/** An OBO Graphs document with these terms; `edgesFirst` puts the parents in front of the classes. */
export function obographsDocument(
  { version, name, licence, terms }: Pick<Ontology, 'version' | 'name' | 'licence' | 'terms'>,
  { indent = 2, edgesFirst = false } = {},
): string {
  const property = (pred: string, val: string) => ({ pred, val });
  const nodes = terms.map((given) => ({
    id: toIri(given.id),
    ...(given.label === '' ? {} : { lbl: given.label }),
    type: 'CLASS',
    meta: {
      ...(given.definition === null ? {} : { definition: { val: given.definition, xrefs: ['X:1'] } }),
      comments: ['not read'],
      synonyms: given.synonyms.map(({ text: val, scope }) => ({
        pred: `has${scope[0]}${scope.slice(1).toLowerCase()}Synonym`,
        val,
        xrefs: [],
      })),
      xrefs: given.xrefs.map((val) => ({ val })),
      basicPropertyValues: [
        ...given.altIds.map((id) => property(`${OIO}hasAlternativeId`, id)),
        ...given.replacedBy.map((id) => property('http://purl.obolibrary.org/obo/IAO_0100001', toIri(id))),
        ...(given.namespace === null ? [] : [property(`${OIO}hasOBONamespace`, given.namespace)]),
      ],
      ...(given.obsolete ? { deprecated: true } : {}),
    },
  }));
  const edges = terms.flatMap(({ id, parents }) =>
    parents.flatMap((parent) => [
      { sub: toIri(id), pred: 'is_a', obj: toIri(parent) },
      { sub: toIri(id), pred: 'http://purl.obolibrary.org/obo/BFO_0000050', obj: 'X:part' },
    ]),
  );
  const meta = {
    ...(version === null ? {} : { version }),
    basicPropertyValues: licence === null ? [] : [property('http://purl.org/dc/terms/license', licence)],
  };
  const graph = {
    ...(name === null ? {} : { id: name }),
    meta,
    ...(edgesFirst ? { edges, nodes } : { nodes, edges }),
  };
  return JSON.stringify({ graphs: [graph] }, null, indent);
}
