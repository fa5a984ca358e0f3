/**
 * One small text under a name in this browser's storage.
 *
 * Promises: never throws: a browser that keeps nothing has nothing, and what is set lasts as long as the page; what cannot be
 * read is as if it were not there. Must not know: what the text says.
 */
export class KeptText {
  constructor(
    private readonly storage: Storage | null,
    private readonly name: string,
  ) {}

  get(): string | null {
    return this.read((text) => text);
  }

  /** Null where there is none, or none that can be read. */
  read<T>(parse: (text: string) => T): T | null {
    try {
      const text = this.storage?.getItem(this.name) ?? null;
      return text === null ? null : parse(text);
    } catch {
      return null;
    }
  }

  /** Null forgets it. */
  set(text: string | null): void {
    try {
      if (text === null) this.storage?.removeItem(this.name);
      else this.storage?.setItem(this.name, text);
    } catch {
      // Nothing to do: it lasts as long as the page.
    }
  }
}
