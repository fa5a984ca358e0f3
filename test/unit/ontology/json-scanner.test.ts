/** Streaming JSON against JSON.parse: the same documents are taken, the same values come out, wherever text is cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  JsonFault,
  JsonScanner,
  type JsonEvents,
  type Place,
  type Scalar,
} from '../../../src/ontology/obographs/json-scanner';

/** Builds everything, as JSON.parse does. */
class Builder implements JsonEvents {
  readonly wantsKey = true;
  readonly wantsText = true;
  readonly places: Place[] = [];
  result: unknown;
  readonly #open: { value: unknown[] | Map<string, unknown>; key: string }[] = [];

  open(kind: 'object' | 'list', place: Place): void {
    this.places.push(place);
    this.#open.push({ value: kind === 'list' ? [] : new Map<string, unknown>(), key: '' });
  }

  key(name: string): void {
    this.#open.at(-1)!.key = name;
  }

  scalar(value: Scalar, place: Place): void {
    this.places.push(place);
    this.#put(value);
  }

  close(): void {
    const { value } = this.#open.pop()!;
    this.#put(Array.isArray(value) ? value : Object.fromEntries(value));
  }

  #put(value: unknown): void {
    const top = this.#open.at(-1);
    if (top === undefined) this.result = value;
    else if (Array.isArray(top.value)) top.value.push(value);
    else top.value.set(top.key, value);
  }
}

function scan(text: string, cuts: readonly number[] = []): Builder {
  const builder = new Builder();
  const scanner = new JsonScanner(builder);
  const edges = [0, ...[...cuts].sort((a, b) => a - b), text.length];
  for (let i = 1; i < edges.length; i++) scanner.push(text.slice(edges[i - 1], edges[i]));
  scanner.finish();
  return builder;
}

function fault(text: string): JsonFault {
  try {
    scan(text);
  } catch (error) {
    if (error instanceof JsonFault) return error;
    throw error;
  }
  throw new Error('expected a fault');
}

describe('scanning JSON', () => {
  it('gives the values of JSON.parse, however the document is written and cut', () => {
    const document = fc
      .tuple(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 1, '\t', '\r\n'))
      .map(([value, indent]) => JSON.stringify(value, null, indent));
    fc.assert(
      fc.property(document, fc.array(fc.nat(2000), { maxLength: 20 }), (text, places) => {
        const cuts = places.map((place) => place % (text.length + 1));
        expect(scan(text, cuts).result).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('takes and refuses the same texts as JSON.parse', () => {
    const piece = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '"a"',
        '\\',
        '\\n',
        '\\u00e',
        '\\ud83d',
        '-',
        '0',
        '01',
        '1.5',
        '1e5',
        '.',
        '+1',
      ],
      ...['true', 'nul', 'null', ' ', '\n', '\t', '\u0001', 'NaN', '/', "'", '\ufeff', '\u00a0'],
    );
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    const sound = fc.constantFrom('{"a":[1,2]}', '[true,null,"x\\u0041"]', '{"a":{"b":-0.5e-3}}');
    const edited = fc
      .tuple(sound, fc.nat(20), fc.nat(2), piece)
      .map(([base, at, cut, insert]) => base.slice(0, at) + insert + base.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(text, edited), (given) => {
        let expected: { value: unknown } | null;
        try {
          expected = { value: JSON.parse(given) as unknown };
        } catch {
          expected = null;
        }
        if (expected) expect(scan(given).result).toEqual(expected.value);
        else expect(fault(given).place.line).toBeGreaterThan(0);
      }),
      { numRuns: 3000 },
    );
  });

  it('knows the place of every value', () => {
    const text = '{\n  "a": [1,\r\n\t"b\\u0063"],\n\n "d": {}}';
    expect(scan(text, [3, 9, 15, 20]).places).toEqual([
      { line: 1, column: 1 },
      { line: 2, column: 8 },
      { line: 2, column: 9 },
      { line: 3, column: 2 },
      { line: 5, column: 7 },
    ]);
  });

  it.each([
    ['{"a" 1}', 1, 6, /a colon was expected/],
    ['{"a":1,}', 1, 8, /a key in quotation marks was expected/],
    ['[1 2]', 1, 4, /a comma or a closing bracket/],
    ['[1,\n]', 2, 1, /a value was expected/],
    ['[1}', 1, 3, /a comma or a closing bracket/],
    ['{} x', 1, 4, /nothing more was expected/],
    ['["a\nb"]', 1, 4, /a line break stands inside a text/],
    ['["\\x"]', 1, 4, /\\x is no escape/],
    ['["\\u12g4"]', 1, 7, /four hex digits/],
    ['[\n  "never', 2, 3, /ends inside a text/],
    ['[1,\n2', 2, 2, /ends early: a comma or a closing bracket/],
    ['[truth]', 1, 2, /"truth" is no value/],
    ['[-]', 1, 2, /"-" is no value/],
    ['', 1, 1, /ends early: a value/],
    ['['.repeat(501), 1, 501, /nested more than 500 deep/],
    [`[${'1'.repeat(500)}]`, 1, 2, /no value/],
  ])('says what is wrong with %j, and where', (text, line, column, problem) => {
    const { place, problem: said } = fault(text);
    expect(said).toMatch(problem);
    expect(place).toEqual({ line, column });
  });

  it('refuses a text that never ends before it fills the memory', () => {
    const scanner = new JsonScanner(new Builder());
    scanner.push('["');
    const megabyte = 'a'.repeat(1024 * 1024);
    expect(() => {
      for (let i = 0; i < 100; i++) scanner.push(megabyte);
    }).toThrow(/a text of more than 16,777,216 characters begins here/);
  });

  it('takes time in proportion to the text, also in tiny pieces', () => {
    const text = JSON.stringify(['x'.repeat(500_000), '\\"'.repeat(200_000)]);
    const cuts = Array.from({ length: text.length / 3 }, (_, i) => i * 3);
    expect(scan(text, cuts).result).toEqual(JSON.parse(text));
  });
});
