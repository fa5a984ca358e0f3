/**
 * Typed access to the fields of a JSON configuration.
 *
 * Promises: a field of the wrong type or out of its range is a `config-invalid` error that names file, field, what
 * was found and what is needed. `null` counts as absent, as in the files themselves.
 * Must not know: which fields a model has.
 */
import { LabError } from '../core/errors';

export class Fields {
  readonly file: string;
  readonly #values: Record<string, unknown>;
  readonly #path: string;

  constructor(file: string, values: Record<string, unknown>, path = '') {
    this.file = file;
    this.#values = values;
    this.#path = path;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  raw(name: string): unknown {
    return this.#values[name];
  }

  /** Dotted path of a field, for messages. */
  label(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  invalid(name: string, needed: string): LabError {
    const found = this.has(name) ? `is ${JSON.stringify(this.#values[name])}` : 'is missing';
    return new LabError('config-invalid', `${this.file}: ${this.label(name)} ${found}; it must be ${needed}.`, {
      hint: `Take ${this.file} from the place the weights came from; it must belong to them.`,
    });
  }

  /** A positive integer. */
  count(name: string, fallback?: number): number {
    if (!this.has(name) && fallback !== undefined) return fallback;
    const value = this.#values[name];
    if (!Number.isSafeInteger(value) || (value as number) < 1) throw this.invalid(name, 'a positive whole number');
    return value as number;
  }

  /** A finite number above zero. */
  positive(name: string, fallback?: number): number {
    if (!this.has(name) && fallback !== undefined) return fallback;
    const value = this.#values[name];
    if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0)
      throw this.invalid(name, 'a number above 0');
    return value;
  }

  flag(name: string): boolean | null {
    if (!this.has(name)) return null;
    const value = this.#values[name];
    if (typeof value !== 'boolean') throw this.invalid(name, 'true or false');
    return value;
  }

  text(name: string): string | null {
    if (!this.has(name)) return null;
    const value = this.#values[name];
    if (typeof value !== 'string') throw this.invalid(name, 'a text');
    return value;
  }

  /** Token ids: one, a list, or none. */
  ids(name: string): number[] {
    if (!this.has(name)) return [];
    const list = [this.#values[name]].flat();
    if (!list.every((id): id is number => Number.isSafeInteger(id) && (id as number) >= 0)) {
      throw this.invalid(name, 'a token id or a list of token ids');
    }
    return list;
  }

  section(name: string): Fields | null {
    if (!this.has(name)) return null;
    const value = this.#values[name];
    if (typeof value !== 'object' || Array.isArray(value)) throw this.invalid(name, 'an object');
    return new Fields(this.file, value as Record<string, unknown>, this.label(name));
  }
}
