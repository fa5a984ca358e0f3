/** Options of the statistics as values, with usage errors that name them. */
import { numberOption, usageError } from '../arguments';

export type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

export class Given {
  constructor(
    private readonly values: Values,
    readonly command: string,
  ) {}

  has(name: string): boolean {
    return this.values[name] !== undefined;
  }

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  required(...names: string[]): void {
    for (const name of names) if (!this.text(name)) throw this.fault(`${this.command} needs --${name}.`);
  }

  /** Two ways to say one thing, or to ask for different things. */
  exclusive(name: string, ...others: string[]): void {
    const other = others.find((candidate) => this.has(candidate));
    if (this.has(name) && other !== undefined) throw this.fault(`--${name} and --${other} exclude each other.`);
  }

  /** An option that does nothing without another one. */
  needs(name: string, other: string): void {
    if (this.has(name) && !this.has(other)) throw this.fault(`--${name} needs --${other}.`);
  }

  flag(name: string): boolean {
    return this.values[name] === true;
  }

  /** Each time the option was given, as it stands. */
  each(name: string): string[] {
    const value = this.values[name];
    return (Array.isArray(value) ? value : [value]).filter((text) => typeof text === 'string');
  }

  /** Comma-separated, also of an option that was given several times. In quotes, as in CSV, an entry may hold commas. */
  list(name: string): string[] {
    return this.each(name)
      .flatMap((text) => this.#entries(text, name))
      .filter((text) => text !== '');
  }

  #entries(text: string, name: string): string[] {
    const entries: string[] = [];
    let rest = text;
    for (;;) {
      const quoted = /^\s*"((?:[^"]|"")*)"\s*(?=,|$)/.exec(rest);
      if (!quoted && /^\s*"/.test(rest)) {
        throw this.fault(`--${name}: the quotation mark in ${text} is not closed before a comma or the end.`);
      }
      const [whole] = quoted ?? /^[^,]*/.exec(rest)!;
      entries.push(quoted ? quoted[1]!.replaceAll('""', '"') : whole.trim());
      if (whole.length === rest.length) return entries;
      rest = rest.slice(whole.length + 1);
    }
  }

  number(name: string, bounds: { fallback: number; min: number; max: number; integer?: boolean }): number {
    return numberOption(this.text(name), name, bounds, this.command);
  }

  /** One number or more, each within bounds; none where the option is absent. */
  numbers(name: string, { min, max }: { min: number; max: number }): number[] {
    if (this.has(name) && this.list(name).length === 0) throw this.fault(`--${name} needs numbers.`);
    return this.list(name).map((text) => numberOption(text, name, { fallback: NaN, min, max }, this.command));
  }

  level(): number {
    return this.number('level', { fallback: 0.95, min: 0.5, max: 0.9999 });
  }

  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return found;
    throw this.fault(`--${name} must be ${choices.join(', ')}, not “${text}”.`);
  }

  /** So many whole numbers from 0 on. */
  counts(name: string, how: number): number[] {
    const list = this.list(name);
    const counts = list.map(Number);
    if (counts.length === how && list.every((text) => /^\d+$/.test(text)) && counts.every(Number.isSafeInteger)) {
      return counts;
    }
    const example = Array.from({ length: how }, (_, i) => 10 * (i + 1)).join(',');
    throw this.fault(`--${name} takes ${how} whole numbers such as ${example}.`);
  }

  fault(message: string): Error {
    return usageError(message, this.command);
  }
}
