/** From bytes to a source: compression, encodings, telling formats, progress, stopping. */
import fc from 'fast-check';
import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { byteFile } from '../../../src/core/files';
import { LabError } from '../../../src/core/errors';
import { readAnnotations, readOntology, readSource } from '../../../src/ontology/read';
import { SOURCE_FORMATS } from '../../../src/ontology/registry';
import type { ReadProgress } from '../../../src/ontology/reader';
import type { Ontology } from '../../../src/ontology/types';
import { StreamGunzip } from '../../../src/ontology/gunzip';
import { fileOf, gzipMembers, rejection, utf8 } from './sources';

const OBO = 'format-version: 1.2\n\n[Term]\nid: A:1\nname: one, two é\n\n[Term]\nid: A:2\nname: naïve 𝒳\nis_a: A:1\n';
const GRAPHS = '{"graphs": [{"nodes": [{"id": "A:1", "lbl": "é", "type": "CLASS"}]}]}';
const read = (content: Uint8Array | string, sizes?: number[]) => readOntology(fileOf('some.file', content, sizes));
const labels = ({ terms }: Ontology) => terms.map(({ label }) => label);
const LABELS = ['one, two é', 'naïve 𝒳'];

describe('telling a format by its content', () => {
  it('needs no name that fits', async () => {
    expect((await readSource(fileOf('names.csv', OBO))).format).toBe('obo');
    expect((await readSource(fileOf('hp.obo', GRAPHS))).format).toBe('obographs');
    expect((await readSource(fileOf('x', '[Term]\nid: A:1\nname: x\n'))).format).toBe('obo');
    expect((await readSource(byteFile({ name: 'x', text: `\ufeff${OBO}` }))).format).toBe('obo');
  });

  it('knows a broken file by what it was', async () => {
    expect((await rejection(read('[Term\nid: A:1, B\nname: x\n'))).code).toBe('ontology-malformed');
    expect((await rejection(read('{"graphs": [{"nodes": }]}'))).code).toBe('ontology-malformed');
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['JSON without graphs', '{"nodes": []}', /JSON/],
    ['a JSON list', '[1,2,3]', /JSON/],
    ['OWL', '<?xml version="1.0"?>\n<rdf:RDF a="1,2"/>', /XML/],
    ['a web page', '<!DOCTYPE html>\n<html></html>', /web page/],
    ['a ZIP archive', Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0), /ZIP archive/],
    ['a bzip2 archive', Uint8Array.of(0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0, 1, 2), /bzip2/],
    ['UTF-16 without a mark', Uint8Array.from([...'format'].flatMap((c) => [c.charCodeAt(0), 0])), /UTF-16/],
    ['binary data', Uint8Array.of(1, 0, 2, 0xff, 0xfe, 0), /binary/],
    ['binary data without NUL', Uint8Array.of(1, 2, 3, 4, 0x2c, 0x2c, 0x2c), /binary/],
    ['prose', 'Once upon a time there was a term.', /neither an ontology nor a table/],
  ])('refuses %s, saying what it looks like and what can be read', async (_, content, looks) => {
    const error = await rejection(readSource(fileOf('what.ever', content)));
    expect(error.code).toBe('ontology-format');
    expect(error.message).toMatch(/^what\.ever /);
    expect(error.message).toMatch(looks);
    for (const { title } of SOURCE_FORMATS) expect(error.hint).toContain(title);
  });

  it.each(['', '\ufeff', ' \n\n\t\n', ' '.repeat(200_000), '\n'.repeat(3_000_000)])(
    'refuses an empty file as empty',
    async (text) => {
      expect((await rejection(readSource(fileOf('x', text)))).code).toBe('ontology-empty');
      expect((await rejection(readSource(fileOf('x', gzipMembers(text))))).code).toBe('ontology-empty');
    },
  );

  it('finds a format behind white space longer than what is looked at', async () => {
    expect(labels(await read(`${'\n'.repeat(100_000)}${OBO}`))).toEqual(LABELS);
  });

  it('never fails with anything but a LabError, whatever the bytes', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.string({ unit: fc.constantFrom(',', '"', '\n', '\r', '#', 'a', '[Term]', '{"graphs":', '\t') }).map(utf8),
      fc.uint8Array({ maxLength: 40 }).map((rest) => Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, ...rest)),
    );
    const options = { termColumn: 'a', identifierColumn: 'aa' };
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        try {
          await readSource(fileOf('x', content, [5]), options);
        } catch (error) {
          expect(error).toBeInstanceOf(LabError);
          expect((error as LabError).code).not.toBe('internal');
        }
      }),
      { numRuns: 800 },
    );
  });
});

describe('a compressed file', () => {
  it('is read like the file inside, wherever its bytes are cut', async () => {
    const whole = await read(OBO);
    const packed = gzipMembers(OBO);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 5 }), async (sizes) => {
        expect(await read(packed, sizes)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('may have many members, empty ones too', async () => {
    const whole = await read(OBO);
    const lines = OBO.split('\n').map((line) => `${line}\n`);
    const packed = gzipMembers(...lines, '', '');
    for (const sizes of [[65536], [1], [7, 13]]) expect(await read(packed, sizes)).toEqual(whole);
  });

  it('may carry all that a header can', async () => {
    const plain = gzipSync(utf8(OBO));
    const header = [0x1f, 0x8b, 8, 4 + 8 + 16 + 2, 0, 0, 0, 0, 0, 255];
    const extra = [6, 0, 0x42, 0x43, 2, 0, 9, 9]; // as bgzip writes it
    const packed = Uint8Array.from([...header, ...extra, ...utf8('hp.obo\0a comment\0'), 1, 2, ...plain.subarray(10)]);
    for (const sizes of [[65536], [1], [11]]) expect(labels(await read(packed, sizes))).toEqual(LABELS);
  });

  it('is refused where it breaks off, at every length', async () => {
    const packed = gzipMembers(OBO);
    for (let length = 3; length < packed.length; length++) {
      const error = await rejection(read(packed.subarray(0, length), [10]));
      expect(error.code).toBe('file-unreadable');
      expect(error.message).toMatch(/^some\.file cannot be unpacked/);
    }
  });

  it('is refused where a member in the middle breaks off', async () => {
    const [first, second] = [gzipMembers(OBO), gzipMembers('! more\n')];
    const broken = Uint8Array.from([...first.subarray(0, first.length - 3), ...second]);
    expect((await rejection(read(broken))).code).toBe('file-unreadable');
  });

  it('is refused or read the same when one of its bytes is wrong', async () => {
    const whole = await read(OBO);
    const packed = gzipMembers(OBO);
    let refused = 0;
    for (let at = 0; at < packed.length; at++) {
      const damaged = Uint8Array.from(packed);
      damaged[at]! ^= 1 << (at % 8);
      try {
        expect(await read(damaged, [33])).toEqual(whole);
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(packed.length - 10); // time, flags and system of the header do not count
  });

  it('is refused when something else follows it', async () => {
    const packed = Uint8Array.from([...gzipMembers(OBO), ...utf8('and a tail that is no member')]);
    expect((await rejection(read(packed))).code).toBe('file-unreadable');
  });

  it('is refused when it unpacks to more than there can be', () => {
    const gunzip = new StreamGunzip('bomb.gz', 10_000_000);
    const packed = gzipSync(new Uint8Array(30_000_000));
    expect(packed.length).toBeLessThan(100_000);
    expect(() => gunzip.push(packed)).toThrow('bomb.gz unpacks to more than 10,000,000 bytes.');
  });
});

describe('the encoding of a file', () => {
  const utf16 = (text: string, bigEndian: boolean) => {
    const bytes = new Uint8Array(2 + text.length * 2);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, 0xfeff, !bigEndian);
    for (let i = 0; i < text.length; i++) view.setUint16(2 + 2 * i, text.charCodeAt(i), !bigEndian);
    return bytes;
  };

  it('is UTF-8, wherever its characters are cut', async () => {
    for (const size of [1, 2, 3, 5, 64]) {
      const ontology = await read(OBO, [size]);
      expect(labels(ontology)).toEqual(LABELS);
      expect(ontology.warningCount).toBe(0);
    }
  });

  it('is UTF-16 where a byte-order mark says so', async () => {
    for (const bigEndian of [false, true]) {
      for (const size of [1, 3, 4096]) {
        expect(labels(await read(utf16(OBO, bigEndian), [size]))).toEqual(LABELS);
      }
    }
  });

  it('is Windows-1252 for bytes that are no UTF-8, with a warning that says where', async () => {
    const bytes = Uint8Array.from(OBO.replace('𝒳', '\x80'), (c) => c.charCodeAt(0)); // 0x80 is the euro sign there
    for (const sizes of [[65536], [1], [3]]) {
      const ontology = await read(bytes, sizes);
      expect(labels(ontology)).toEqual(['one, two é', 'naïve €']);
      expect(ontology.warnings).toEqual([
        {
          line: 5,
          column: 16,
          message: '3 bytes are no UTF-8 and were read as Windows-1252 (Latin-1), the first one here',
        },
      ]);
      expect(ontology.warningCount).toBe(1);
    }
  });

  it('may be mixed: what is UTF-8 stays UTF-8', async () => {
    const bytes = Uint8Array.from([...utf8('[Term]\nid: A:1\nname: é '), 0xe9, ...utf8(' é\n'), 0xf0, 0x9f]);
    const error = await rejection(read(bytes)); // the last two are stray and no tag
    expect(error.message).toContain('line 4, column 1');
    expect(labels(await read(bytes.subarray(0, -2), [4]))).toEqual(['é é é']);
  });

  it('takes the same text from any bytes as a lenient decoder would, and marks every stray byte', async () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 4 }).map((text) => [...utf8(text.replace(/\p{Cc}|[\ufeff\\]/gu, ''))]),
      fc.constantFrom([0xe9], [0xc3], [0xf0, 0x9f], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xff]),
    );
    const before = '[Term]\nid: A:1\nname: x\ndef: "';
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), async (pieces, size) => {
        const inside = pieces.flat();
        const bytes = Uint8Array.from([...utf8(before), ...inside.filter((b) => b !== 0x22), ...utf8('" []\n')]);
        const whole = await read(bytes);
        expect(await read(bytes, [size])).toEqual(whole);
        let sound = true;
        try {
          new TextDecoder('utf-8', { fatal: true }).decode(bytes);
        } catch {
          sound = false;
        }
        expect(whole.warningCount).toBe(sound ? 0 : 1);
        if (sound) expect(whole.terms[0]!.definition).toBe(new TextDecoder().decode(bytes).slice(before.length, -5));
      }),
      { numRuns: 300 },
    );
  });
});

describe('reading a large file', () => {
  const many = `format-version: 1.2\n${Array.from({ length: 5000 }, (_, i) => `[Term]\nid: A:${i}\nname: term ${i}\n`).join('')}`;

  it.each([
    ['plain', utf8(many)],
    ['compressed', gzipMembers(many)],
  ])('reports progress once per chunk (%s)', async (_, bytes) => {
    const seen: ReadProgress[] = [];
    const file = fileOf('x', bytes, [4096]);
    await readSource(file, { onProgress: (progress) => void seen.push(progress) });
    expect(seen).toHaveLength(Math.ceil(bytes.length / 4096));
    expect(seen.at(-1)).toMatchObject({ bytesTotal: bytes.length, bytesRead: bytes.length });
    expect(seen.at(-1)!.records).toBeGreaterThan(4900);
    for (let i = 1; i < seen.length; i++) {
      expect(seen[i]!.bytesRead).toBeGreaterThan(seen[i - 1]!.bytesRead);
      expect(seen[i]!.records).toBeGreaterThanOrEqual(seen[i - 1]!.records);
    }
  });

  it('stops when asked, and reads no further', async () => {
    const stop = new AbortController();
    let chunks = 0;
    const source = fileOf('big.obo', many, [1000]);
    const counted = {
      ...source,
      async *chunks() {
        for await (const chunk of source.chunks()) {
          chunks += 1;
          yield chunk;
        }
      },
    };
    const onProgress = ({ bytesRead }: ReadProgress) => {
      if (bytesRead >= 3000) stop.abort();
    };
    const error = await rejection(readSource(counted, { onProgress, signal: stop.signal }));
    expect(error).toMatchObject({ code: 'cancelled', message: 'Reading big.obo was stopped.' });
    expect(chunks).toBe(4);
    expect((await rejection(readSource(counted, { signal: stop.signal }))).code).toBe('cancelled');
  });

  it('passes on what the file itself throws', async () => {
    const missing = new LabError('file-missing', 'gone.obo does not exist.', { hint: 'Check the path.' });
    const file = {
      name: 'gone.obo',
      bytes: 1,
      // eslint-disable-next-line require-yield -- it fails before
      async *chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
        throw missing;
      },
    };
    expect(await rejection(readSource(file))).toBe(missing);
  });
});

describe('a file of another kind', () => {
  it('is named for what it is where annotations are wanted', async () => {
    const error = await rejection(readAnnotations(fileOf('hp.obo', OBO)));
    expect(error).toMatchObject({ code: 'ontology-format', message: 'hp.obo holds terms (obo), not annotations.' });
    expect(error.hint).toContain('where the ontology is chosen');
  });

  const GAF =
    '!gaf-version: 2.2\n' +
    ['UniProtKB', 'P1', 'ABC1', 'enables', 'GO:0005575', 'PMID:1', 'IDA', '', 'C', '', '', 'protein', 'taxon:9606']
      .concat(['20200101', 'UniProt', '', ''])
      .join('\t') +
    '\n';
  const SSSOM =
    '#mapping_set_id: https://example.org/set\n' +
    'subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification\n' +
    'MONDO:0000001\tcholera\tskos:exactMatch\tICD10CM:A00\tCholera\tsemapv:ManualMappingCuration\n';

  it('is taken for annotations where it holds them, and refused as terms', async () => {
    expect((await readAnnotations(fileOf('goa.gaf', gzipMembers(GAF)))).counts.get('GO:0005575')).toBe(1);
    const error = await rejection(readOntology(fileOf('goa.gaf', GAF)));
    expect(error).toMatchObject({ code: 'ontology-format', message: expect.stringContaining('goa.gaf') as string });
  });

  it('gives the terms of one side where it holds mappings', async () => {
    const ontology = await readOntology(fileOf('set.sssom.tsv', SSSOM));
    expect(ontology.terms.map(({ id, label }) => [id, label])).toEqual([['MONDO:0000001', 'cholera']]);
    expect((await rejection(readAnnotations(fileOf('set.sssom.tsv', SSSOM)))).message).toContain(
      'holds mappings (sssom)',
    );
  });
});
