/** Broken OBO files: each is refused with the file, the line, the text and a remedy. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { readObo } from '../../../src/ontology/obo';
import { thrownBy } from './thrown';

const HEAD = 'format-version: 1.2\n\n[Term]\nid: A:1\nname: first\n\n'; // six lines

const FAULTS: [what: string, text: string, line: number, column: number, message: RegExp][] = [
  [
    'a line without a tag',
    `${HEAD}[Term]\nid: A:2\nname: x\njust some words\n`,
    10,
    1,
    /"tag: value".*just some words/,
  ],
  ['a tag with a space in it', `${HEAD}[Term]\nid: A:2\nis a: A:1\n`, 9, 1, /"tag: value".*is a: A:1/],
  [
    'an unterminated quote',
    `${HEAD}[Term]\nid: A:2\nname: x\ndef: "never ends [A:1]\n`,
    10,
    6,
    /never closed.*never ends/,
  ],
  [
    'a quote closed by an escape only',
    `${HEAD}[Term]\nid: A:2\nname: x\nsynonym: "a\\" EXACT []\n`,
    10,
    10,
    /never closed/,
  ],
  [
    'a definition without quotes',
    `${HEAD}[Term]\nid: A:2\nname: x\ndef: bare\n`,
    10,
    6,
    /quotation marks was expected/,
  ],
  ['an unterminated list of sources', `${HEAD}[Term]\nid: A:2\nname: x\ndef: "d" [A:1\n`, 10, 10, /"\[" is opened/],
  [
    'an unknown synonym scope',
    `${HEAD}[Term]\nid: A:2\nname: x\nsynonym: "s" SORTOF []\n`,
    10,
    14,
    /"SORTOF" is no synonym scope/,
  ],
  ['a stanza without an id', `${HEAD}[Term]\nname: x\n\n[Term]\nid: A:3\nname: y\n`, 7, 1, /has no id/],
  ['a last stanza without an id', `${HEAD}[Term]\nname: x`, 7, 1, /has no id/],
  ['a Typedef without an id', `${HEAD}[Typedef]\nname: x\n`, 7, 1, /has no id.*\[Typedef\]/],
  ['an empty id', `${HEAD}[Term]\nid:\nname: x\n`, 8, 4, /one identifier was expected/],
  ['an id of two words', `${HEAD}[Term]\nid: A:2 A:3\nname: x\n`, 8, 5, /one identifier was expected/],
  ['an id that another term has', `${HEAD}[Term]\nid: A:1\nname: again\n`, 8, 5, /stands on line 4 already/],
  ['a second id in one stanza', `${HEAD}[Term]\nid: A:2\nid: A:3\nname: x\n`, 9, 5, /second id/],
  ['a second name in one stanza', `${HEAD}[Term]\nid: A:2\nname: x\nname: y\n`, 10, 7, /second name/],
  ['an empty name', `${HEAD}[Term]\nid: A:2\nname: ! nothing\n`, 9, 7, /name is empty/],
  ['a live term without a name', `${HEAD}[Term]\nid: A:2\n\n[Term]\nid: A:3\nname: y\n`, 7, 1, /no name: "A:2"/],
  ['an unterminated stanza header', `${HEAD}[Term\nid: A:2\nname: x\n`, 7, 1, /stanza header.*\[Term/],
  ['text after a stanza header', `${HEAD}[Term] id: A:2\n`, 7, 1, /stanza header/],
  [
    'a flag that is neither true nor false',
    `${HEAD}[Term]\nid: A:2\nname: x\nis_obsolete: yes\n`,
    10,
    14,
    /"true" or "false"/,
  ],
  ['two parents on one line', `${HEAD}[Term]\nid: A:2\nname: x\nis_a: A:1 A:3\n`, 10, 7, /one identifier was expected/],
  ['a NUL byte', `${HEAD}[Term]\nid: A:2\nname: x\0y\n`, 9, 8, /not a line of text/],
  [
    'a fault after a continued line',
    `${HEAD}[Term]\nid: A:2\nname: x\nsynonym: "a\\\nb" NO []\n`,
    11,
    4,
    /"NO" is no synonym/,
  ],
  ['a fault behind white space', `${HEAD}[Term]\nid: A:2\nname: x\n \tis_a: A:1 A:3\n`, 10, 9, /one identifier/],
  ['a fault in a continued line', `${HEAD}[Term]\nid: A:2\nname: x\ndef: "a\\\nb\\\nc\n`, 10, 6, /never closed/],
];

describe('a malformed OBO file', () => {
  it.each(FAULTS)('with %s is refused, naming file, line, column and text', (_, text, line, column, message) => {
    for (const written of [text, text.replaceAll('\n', '\r\n')]) {
      const error = thrownBy(() => readObo({ name: 'dir/bad.obo', text: written }));
      expect(error.code).toBe('ontology-malformed');
      expect(error.message).toMatch(new RegExp(`^dir/bad\\.obo, line ${line}, column ${column}: `));
      expect(error.message).toMatch(message);
      expect(error.hint.length).toBeGreaterThan(10);
    }
  });

  it('is quoted in the message shortened, with unprintable characters made visible', () => {
    const error = thrownBy(() => readObo({ name: 'x.obo', text: `${HEAD}\x07${'long '.repeat(1000)}` }));
    expect(error.message).toContain('\\x07long');
    expect(error.message.length).toBeLessThan(200);
  });

  it('is refused when one line goes on without end', () => {
    const error = thrownBy(() => readObo({ name: 'x.obo', text: `[Term]\nid: ${'a'.repeat(17 * 1024 * 1024)}` }));
    expect(error).toMatchObject({ code: 'ontology-malformed' });
    expect(error.message).toContain('line 2, column 1: this is not a line of text');
  });

  it('never fails with anything but a LabError, whatever the text', () => {
    const piece = fc.constantFrom(
      '[Term]',
      '[',
      ']',
      '"',
      '\\',
      '!',
      '{',
      '}',
      ':',
      ' ',
      '\n',
      'id: a',
      'name: b',
      'def: ',
      'is_a: ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece, { maxLength: 30 }).map((p) => p.join('')),
        ),
        (text) => {
          try {
            expect(readObo({ name: 'x', text }).terms.length).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toBeInstanceOf(LabError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('an OBO file without terms', () => {
  it.each([
    ['only a header', 'format-version: 1.2\nontology: none\n'],
    ['other stanzas only', '[Typedef]\nid: part_of\nname: part of\n'],
    ['nothing', ''],
  ])('(%s) is refused as empty', (_, text) => {
    expect(thrownBy(() => readObo({ name: 'empty.obo', text }))).toMatchObject({
      code: 'ontology-empty',
      message: expect.stringMatching(/^empty\.obo, line \d+, column \d+: the file ends/),
    });
  });

  it('of a version that is not known is refused by its version', () => {
    const error = thrownBy(() => readObo({ name: 'new.obo', text: 'format-version: 2.0\n[Term]\nid: a\nname: b\n' }));
    expect(error).toMatchObject({
      code: 'ontology-format',
      message: 'new.obo, line 1, column 17: the file says it is OBO 2.0; OBO 1.0 to 1.4 can be read.',
    });
  });
});
