/** Ids and texts of a mixed corpus, exactly as Python's `tokenizers` has them: see test/golden/tokenizer_goldens.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/core/hash';
import { createTokenizer } from '../../../src/tokens/hf-tokenizer';
import type { Tokenizer } from '../../../src/tokens/types';
import { describeWithShared, hasShared, sharedPath } from '../../helpers/shared';

type Json = Record<string, unknown>;
interface Expected {
  size: number;
  prefix: number[];
  counts: number[];
  ids: string[];
  texts: string[];
  /** Texts that hold the text of special tokens, and their ids as text. */
  literal: [string, number[]][];
  drawn: string[];
  identifier: string[];
}

const golden = JSON.parse(readFileSync(new URL('../../golden/tokenizers.json', import.meta.url), 'utf8')) as {
  sequences: number;
  sequence: number;
  corpus: string[];
  tokenizers: Record<string, Expected>;
};
const short = (value: string) => sha256Hex(new TextEncoder().encode(value)).slice(0, 12);
const readJson = (place: string | URL) => JSON.parse(readFileSync(place, 'utf8')) as Json;

/** As the golden draws them: nothing a model would say, so that broken characters are decoded too. */
function drawnIds(k: number, size: number): number[] {
  return Array.from({ length: golden.sequence }, (_, i) => (k * 104729 + i * 7919 + i * i * 31) % size);
}

function agrees(open: () => Tokenizer, expected: Expected): void {
  const tokenizer = open();
  const idsOf = (text: string) => [...tokenizer.encodePrompt(text)].slice(expected.prefix.length);
  it('puts the same in front', () => {
    expect([...tokenizer.encodePrompt('')]).toEqual(expected.prefix);
  });

  it('encodes and decodes the corpus alike', () => {
    const other: string[] = [];
    for (const [i, text] of golden.corpus.entries()) {
      const ids = idsOf(text);
      if (short(JSON.stringify(ids)) !== expected.ids[i]) {
        other.push(`${JSON.stringify(text)} → ${ids.length} ids, ${expected.counts[i]} expected`);
      } else if (short(tokenizer.decodeCompletion(ids)) !== expected.texts[i]) {
        other.push(`${JSON.stringify(text)} ← ${JSON.stringify(tokenizer.decodeCompletion(ids))}`);
      }
    }
    expect(other).toEqual([]);
  });

  it('reads what looks like a special token as text', () => {
    for (const [text, ids] of expected.literal) expect([text, idsOf(text)]).toEqual([text, ids]);
  });

  it('decodes ids in any order alike', () => {
    const texts = Array.from({ length: golden.sequences }, (_, k) =>
      tokenizer.decodeCompletion(drawnIds(k, expected.size)),
    );
    expect(texts.map(short)).toEqual(expected.drawn);
  });
}

const entries = Object.entries(golden.tokenizers);
for (const [name, expected] of entries.filter(([place]) => !place.includes('/'))) {
  describe(`a tokenizer as of ${name}`, () => {
    const file = readJson(new URL(`../../golden/tokenizers/${name}.json`, import.meta.url));
    agrees(() => createTokenizer(file, { bos_token: '<bos>', eos_token: '<eos>' }), expected);
  });
}

for (const [folder, expected] of entries.filter(([place]) => place.includes('/'))) {
  describeWithShared(folder, folder, () => {
    const settings = `${folder}/tokenizer_config.json`;
    const file = readJson(sharedPath(folder, 'tokenizer.json'));
    agrees(() => createTokenizer(file, hasShared(settings) ? readJson(sharedPath(settings)) : {}), expected);
  });
}
