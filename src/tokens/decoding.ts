/**
 * Tokens to text, by the "decoder" of a tokenizer.json.
 *
 * Promises: the text that Python's `tokenizers` gives, for halves of characters and single bytes too; a step that is not
 * computed here is refused by name. Must not know: ids, vocabularies.
 */
import { BYTE_CHARACTERS } from './byte-characters';
import { type Json, steps, unsupportedPart } from './tokenizer-file';

type Step = (tokens: readonly string[]) => string[];

const BYTE_OF: ReadonlyMap<string, number> = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]));
const encoder = new TextEncoder();

/** Throws `tokenizer-invalid` for a step that is not known. */
export function decoderOf(part: unknown, fileName: string): (tokens: readonly string[]) => string {
  if (part === null || part === undefined) return (tokens) => tokens.join(' ');
  const chain = steps(part, 'decoders').map((step) => decodingStep(step, fileName));
  return (tokens) => chain.reduce<readonly string[]>((texts, step) => step(texts), tokens).join('');
}

function decodingStep(step: Json, fileName: string): Step {
  switch (step.type) {
    case 'ByteLevel':
      return byteLevel;
    case 'ByteFallback':
      return byteFallback;
    case 'Fuse':
      return (tokens) => [tokens.join('')];
    case 'Metaspace':
      return metaspace(step);
    case 'Strip':
      return strip(step);
    case 'Replace': {
      const pattern = (step.pattern as Json | undefined)?.String;
      if (typeof pattern !== 'string' || pattern === '') throw unsupportedPart(fileName, 'decoder', step);
      const content = typeof step.content === 'string' ? step.content : '';
      return (tokens) => tokens.map((token) => token.split(pattern).join(content));
    }
    default:
      throw unsupportedPart(fileName, 'decoder', step);
  }
}

/** A token that is not written in byte characters (an added one) stands for itself. */
const byteLevel: Step = (tokens) => {
  const bytes = tokens.flatMap((token) => {
    const own = Array.from(token, (character) => BYTE_OF.get(character));
    return own.every((byte) => byte !== undefined) ? own : [...encoder.encode(token)];
  });
  return [new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes))];
};

/** Bytes that make no text become one replacement character each. */
const byteFallback: Step = (tokens) => {
  const texts: string[] = [];
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) texts.push(utf8Text(bytes) ?? '�'.repeat(bytes.length));
    bytes = [];
  };
  for (const token of tokens) {
    const byte = /^<0x([0-9a-f]{2})>$/i.exec(token)?.[1];
    if (byte !== undefined) bytes.push(parseInt(byte, 16));
    else {
      flush();
      texts.push(token);
    }
  }
  flush();
  return texts;
};

function utf8Text(bytes: readonly number[]): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return null;
  }
}

function metaspace({ replacement = '▁', prepend_scheme: scheme = 'always', add_prefix_space: adds }: Json): Step {
  const first = scheme === 'never' || adds === false ? ' ' : '';
  return (tokens) => tokens.map((token, i) => token.split(replacement as string).join(i === 0 ? first : ' '));
}

function strip({ content, start = 0, stop = 0 }: Json): Step {
  return (tokens) =>
    tokens.map((token) => {
      const characters = Array.from(token);
      let [from, to] = [0, characters.length];
      while (from < Number(start) && characters[from] === content) from += 1;
      while (to > from && characters.length - to < Number(stop) && characters[to - 1] === content) to -= 1;
      return characters.slice(from, to).join('');
    });
}
