/** What is wrong with a document that a person wrote, in words. Must not know: which kinds of document there are. */
import type * as v from 'valibot';
import { LabError, type LabErrorCode } from '../core/errors';
import { isObject } from './shape';
import { nearestName } from './suggest';

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

/** A document of another version than is read here; none where it names none, which its schema refuses. */
export function versionProblems(
  kind: string,
  field: string,
  value: Record<string, unknown>,
  version: number,
): Problem[] {
  const named = value[field];
  if (typeof named !== 'number' || named === version) return [];
  return [
    {
      path: field,
      text: `found ${named}, allowed: ${version}, the version this Ontoscope reads`,
      hint:
        named > version
          ? `The ${kind} was written for a newer Ontoscope: update this one.`
          : `Write the ${kind} with "${field}": ${version}.`,
    },
  ];
}

/** A field that is none of those that there are. */
export function strayField(path: readonly string[], names: readonly string[]): Problem {
  const near = nearestName(path.at(-1)!, names);
  const field = path.join('.');
  return {
    path: field,
    text: `no such field; there is: ${names.join(', ')}`,
    hint: near ? `Did you mean ${[...path.slice(0, -1), near].join('.')}?` : `Remove ${field}.`,
  };
}

/** @param whole the document, in words; `page` shows its fields */
export function wrongValue(issue: v.BaseIssue<unknown>, path: readonly string[], whole: string, page: string): Problem {
  const field = path.join('.');
  const allowed = issue.expected?.replaceAll('"', '“').replace(/^“(.*)“$/, '“$1”') ?? issue.message;
  const own = issue.type === 'regex' || issue.type === 'check' ? issue.message : allowed;
  return {
    path: field,
    text: `found ${found(issue.input)}, allowed: ${own}`,
    hint: `Give ${field || whole} an allowed value; ${page} shows one of each.`,
  };
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
