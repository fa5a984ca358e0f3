/** Hashes of chosen files, each taken once: a file is known again by its path, size and date. */
import type { PickedFile } from '../platform/folder';

export class FileHashes {
  readonly #known = new Map<string, Promise<string>>();

  /** @param hash SHA-256 of a file; rejects with the LabError of one that cannot be read */
  constructor(private readonly hash: (file: PickedFile) => Promise<string>) {}

  of(picked: PickedFile): Promise<string> {
    const key = `${picked.path}|${picked.file.size}|${picked.file.lastModified}`;
    const known = this.#known.get(key);
    if (known) return known;
    const taken = this.hash(picked);
    this.#known.set(key, taken);
    // A file that could not be read may be there the next time.
    taken.catch(() => this.#known.delete(key));
    return taken;
  }
}
