/**
 * Bytes → text, whatever they were written in.
 *
 * Promises: UTF-8 by default; UTF-16 where a byte-order mark says so; bytes that are no UTF-8 are read as Windows-1252
 * (which holds Latin-1), counted, and the first one's place told as a warning. No byte-order mark comes out. Characters
 * are whole wherever the bytes are cut.
 * Must not know: what the text means.
 */
import type { WarningLog } from './warnings';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

export class TextDecoding {
  #decoder: TextDecoder | null = null;
  #encoding: Encoding = 'utf-8';
  /** Bytes that wait for the next ones: before the encoding is known, or the start of a character. */
  #held: Uint8Array = new Uint8Array(0);
  #lines = 0;
  #lineCharacters = 0;
  #strayBytes = 0;
  #firstStray: { line: number; column: number } | null = null;

  push(bytes: Uint8Array): string {
    return this.#read(bytes, false);
  }

  /** The rest; tells the log what was not as it should be. */
  finish(log: WarningLog): string {
    const text = this.#read(new Uint8Array(0), true);
    if (this.#firstStray !== null) {
      const { line, column } = this.#firstStray;
      const count = this.#strayBytes === 1 ? '1 byte is' : `${this.#strayBytes.toLocaleString('en-US')} bytes are`;
      log.add(line, column, `${count} no UTF-8 and were read as Windows-1252 (Latin-1), the first one here`);
    }
    return text;
  }

  #read(bytes: Uint8Array, final: boolean): string {
    const all = joined(this.#held, bytes);
    if (this.#decoder === null) {
      if (all.length < 3 && !final) {
        this.#held = all;
        return '';
      }
      const [encoding, mark] = encodingOf(all);
      this.#encoding = encoding;
      this.#decoder = new TextDecoder(encoding, { fatal: encoding === 'utf-8', ignoreBOM: true });
      this.#held = new Uint8Array(0);
      return this.#decode(all.subarray(mark), final);
    }
    return this.#decode(all, final);
  }

  #decode(bytes: Uint8Array, final: boolean): string {
    if (this.#encoding !== 'utf-8') {
      this.#held = new Uint8Array(0);
      return this.#decoder!.decode(bytes, { stream: !final });
    }
    const end = final ? bytes.length : completeEnd(bytes);
    this.#held = bytes.slice(end);
    const whole = bytes.subarray(0, end);
    let text: string;
    try {
      text = this.#decoder!.decode(whole);
    } catch {
      return this.#decodeMixed(whole);
    }
    this.#advance(text);
    return text;
  }

  /** UTF-8 where it is UTF-8, one byte at a time where it is not. */
  #decodeMixed(bytes: Uint8Array): string {
    const pieces: string[] = [];
    const piece = (text: string) => {
      this.#advance(text);
      pieces.push(text);
    };
    let from = 0;
    for (let at = 0; at < bytes.length;) {
      const length = sequenceLength(bytes, at);
      if (length > 0) {
        at += length;
        continue;
      }
      piece(this.#decoder!.decode(bytes.subarray(from, at)));
      this.#firstStray ??= { line: this.#lines + 1, column: this.#lineCharacters + 1 };
      this.#strayBytes += 1;
      at += 1;
      piece(windows1252(bytes[at - 1]!));
      from = at;
    }
    piece(this.#decoder!.decode(bytes.subarray(from)));
    return pieces.join('');
  }

  #advance(text: string): void {
    let last = -1;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
      this.#lines += 1;
      last = at;
    }
    this.#lineCharacters = last === -1 ? this.#lineCharacters + text.length : text.length - last - 1;
  }
}

/** 0x80 to 0x9f of Windows-1252 (WHATWG Encoding); every other byte is its own code point. Not every host's decoder has it. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function windows1252(byte: number): string {
  return byte >= 0x80 && byte <= 0x9f ? WINDOWS_1252[byte - 0x80]! : String.fromCharCode(byte);
}

export function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** The encoding that the first bytes name, and the length of the mark that names it. */
function encodingOf(start: Uint8Array): [Encoding, number] {
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return ['utf-8', 3];
  if (start[0] === 0xff && start[1] === 0xfe) return ['utf-16le', 2];
  if (start[0] === 0xfe && start[1] === 0xff) return ['utf-16be', 2];
  return ['utf-8', 0];
}

/** Bytes of the sequence that a first byte announces; 0 where it can be none. */
function announcedLength(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  if (first >= 0xf0 && first <= 0xf4) return 4;
  return 0;
}

/** Length of the well-formed UTF-8 sequence at `at` (Unicode 15, table 3-7); 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const length = announcedLength(first);
  if (length < 2) return length;
  const second = bytes[at + 1] ?? 0;
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let i = 2; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

/** Where the last sequence begins, if the bytes end inside it; else their length. */
function completeEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    return announcedLength(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
