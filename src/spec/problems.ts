/** What is wrong with a document that a person wrote, in words. Must not know: which kinds of document there are. */
import { LabError, type LabErrorCode } from '../core/errors';
import { isObject } from './shape';

/** Named in one message at most. */
const MAX_PROBLEMS = 5;
const LONGEST_VALUE = 60;

export interface Problem {
  /** Dotted; empty for the whole document. */
  path: string;
  text: string;
  hint: string;
}

/** One error for all of them; its hint and its control are the first one's. */
export function invalidDocument(code: LabErrorCode, sourceName: string, problems: readonly Problem[]): LabError {
  const shown = problems.slice(0, MAX_PROBLEMS).map(({ path, text }) => (path ? `${path}: ${text}` : text));
  const more = problems.length - shown.length;
  const lines = more > 0 ? [...shown, `and ${more} more`] : shown;
  return new LabError(code, `${sourceName}: ${lines.join('; ')}.`, {
    hint: problems[0]!.hint,
    ...(problems[0]!.path ? { control: problems[0]!.path } : {}),
  });
}

/** A value in words, short enough for a message. */
export function found(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (isObject(value)) return 'an object';
  return clipped(JSON.stringify(value) ?? String(value));
}

export function clipped(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 3)}…` : text;
}
