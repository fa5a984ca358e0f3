/**
 * Command-line arguments: parsed by Node, checked here, reported as usage errors.
 *
 * Must not know: what any command does with them.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { LabError } from '../core/errors';

/** A usage error: exit status 2. */
export function usageError(message: string, command?: string): LabError {
  const help = command ? `ontoscope ${command} --help` : 'ontoscope --help';
  return new LabError('usage', message, { hint: `Run ${help} for the arguments.` });
}

/** Node's parser, its complaints turned into usage errors. */
export function parseCommand<T extends NonNullable<ParseArgsConfig['options']>>(
  command: string,
  argv: readonly string[],
  options: T,
) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw usageError((error as Error).message, command);
  }
}

/** Exactly one positional argument. */
export function onlyArgument(positionals: readonly string[], what: string, command: string): string {
  if (positionals.length === 0) throw usageError(`${command} needs ${what}.`, command);
  if (positionals.length > 1)
    throw usageError(`${command} takes one ${what}; “${positionals[1]}” is too much.`, command);
  return positionals[0]!;
}

/** A number option within bounds; the fallback where it is absent. */
export function numberOption(
  text: string | undefined,
  name: string,
  { fallback, min, max, integer = false }: { fallback: number; min: number; max: number; integer?: boolean },
  command: string,
): number {
  if (text === undefined) return fallback;
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value) || value < min || value > max || (integer && !Number.isInteger(value))) {
    const kind = integer ? 'a whole number' : 'a number';
    throw usageError(`--${name} must be ${kind} from ${min} to ${max}, not “${text}”.`, command);
  }
  return value;
}

/** `1,2,3` as token ids. */
export function idsOption(text: string, command: string): number[] {
  return text.split(',').map((part) => {
    // Digits only: 1e2 and 0x10 are numbers, too, but hardly meant.
    if (/^\d{1,9}$/.test(part.trim())) return Number(part);
    throw usageError(`--ids takes token ids such as 1,2,3; “${part.trim()}” is none.`, command);
  });
}
