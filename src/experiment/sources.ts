/**
 * The files of an experiment, each read once: content and identity from one pass over the bytes.
 *
 * Promises: the same file under the same options is not read again while this object lives, so a page can change
 * settings without reading a large ontology anew; a reading that failed or was stopped is forgotten.
 * Must not know: hosts, what the contents are used for.
 */
import { hashedFile, type ByteFile } from '../core/files';
import { canonicalJson } from '../core/json';
import {
  readCounts,
  readNumberColumns,
  readPlainText,
  readSource,
  type Counts,
  type CountsOptions,
  type NumberColumns,
  type NumberColumnsOptions,
  type PlainText,
  type ReadControl,
  type ReadOptions,
  type Source,
} from '../ontology';
import type { FileIdentity } from '../records/types';

export interface Read<T> {
  content: T;
  identity: FileIdentity;
}

export class Sources {
  readonly #kept = new WeakMap<ByteFile, Map<string, Promise<Read<unknown>>>>();

  source(file: ByteFile, options: ReadOptions = {}, control: ReadControl = {}): Promise<Read<Source>> {
    return this.#once(file, ['source', options], (hashed) => readSource(hashed, { ...options, ...control }));
  }

  counts(file: ByteFile, options: CountsOptions = {}): Promise<Read<Counts>> {
    return this.#once(file, ['counts', options], (hashed) => readCounts(hashed, options));
  }

  numbers(file: ByteFile, options: NumberColumnsOptions = {}): Promise<Read<NumberColumns>> {
    return this.#once(file, ['numbers', options], (hashed) => readNumberColumns(hashed, options));
  }

  text(file: ByteFile): Promise<Read<PlainText>> {
    return this.#once(file, ['text'], readPlainText);
  }

  async #once<T>(file: ByteFile, key: unknown[], read: (file: ByteFile) => Promise<T>): Promise<Read<T>> {
    const ofFile = this.#kept.get(file) ?? new Map<string, Promise<Read<unknown>>>();
    this.#kept.set(file, ofFile);
    const name = canonicalJson(key);
    const known = ofFile.get(name) as Promise<Read<T>> | undefined;
    if (known) return known;
    const reading = readHashed(file, read);
    ofFile.set(name, reading);
    reading.catch(() => ofFile.delete(name));
    return reading;
  }
}

async function readHashed<T>(file: ByteFile, read: (file: ByteFile) => Promise<T>): Promise<Read<T>> {
  const hashed = hashedFile(file);
  const content = await read(hashed.file);
  return { content, identity: { name: file.name.split(/[\\/]/).at(-1)!, bytes: file.bytes, sha256: hashed.sha256() } };
}
