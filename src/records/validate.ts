/** Unknown values into records, or a LabError that names the file, the line and the field. */
import * as v from 'valibot';
import { LabError } from '../core/errors';

/** Where a value stands, for messages: a file and, in line formats, the line (1-based). */
export interface Place {
  file: string;
  line?: number;
}

export function placeName(place: Place): string {
  return place.line === undefined ? place.file : `${place.file}, line ${place.line}`;
}

/** Parsed JSON, or LabError `record-invalid`. */
export function parseJson(text: string, place: Place): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LabError('record-invalid', `${placeName(place)}: this is not JSON (${(cause as Error).message}).`, {
      hint:
        place.line === undefined
          ? 'The file was cut or edited: take it again from the run or from its bundle.'
          : 'The line was cut or edited: remove it, or take the file again from the run.',
      cause,
    });
  }
}

/** The value as the schema's record. Throws LabError `record-invalid` naming the first field that is wrong. */
export function validateRecord<T>(schema: v.GenericSchema<unknown, T>, value: unknown, place: Place, what: string): T {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const field = v.getDotPath(issue);
  throw new LabError(
    'record-invalid',
    `${placeName(place)}: not a valid ${what}: ${field ? `${field}: ` : ''}${issue.message}.`,
    {
      hint: `Use records written by Ontoscope as they are; a ${what} that was edited by hand must keep its fields.`,
    },
  );
}
