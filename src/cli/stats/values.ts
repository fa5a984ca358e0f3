/** Options of the statistics as values, with usage errors that name them. */
import { numberOption, usageError } from '../arguments';
import type { Values } from './method';

export class Given {
  constructor(
    private readonly values: Values,
    private readonly command: string,
  ) {}

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value) return value;
    throw usageError(`${this.command} needs --${name}.`, this.command);
  }

  flag(name: string): boolean {
    return this.values[name] === true;
  }

  /** Comma-separated, also of an option that was given several times. */
  list(name: string): string[] {
    const value = this.values[name];
    const texts = (Array.isArray(value) ? value : [value]).filter((text) => typeof text === 'string');
    return texts
      .flatMap((text) => text.split(','))
      .map((text) => text.trim())
      .filter((text) => text !== '');
  }

  number(name: string, bounds: { fallback: number; min: number; max: number; integer?: boolean }): number {
    return numberOption(this.text(name), name, bounds, this.command);
  }

  level(): number {
    return this.number('level', { fallback: 0.95, min: 0.5, max: 0.9999 });
  }

  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return found;
    throw usageError(`--${name} must be ${choices.join(', ')}, not “${text}”.`, this.command);
  }

  /** So many whole numbers from 0 on. */
  counts(name: string, how: number): number[] {
    const list = this.list(name);
    const counts = list.map(Number);
    if (counts.length === how && counts.every((count) => Number.isInteger(count) && count >= 0)) return counts;
    throw usageError(
      `--${name} takes ${how} whole numbers such as ${Array.from({ length: how }, (_, i) => 10 * (i + 1)).join(',')}.`,
      this.command,
    );
  }
}
