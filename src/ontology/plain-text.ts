/** A file's whole text, for what is no ontology: unpacked and decoded as every other file is. */
import { LabError } from '../core/errors';
import type { ByteFile } from '../core/files';
import { textChunks } from './text-chunks';
import { WarningLog } from './warnings';

/** Characters; a text that is held whole must end somewhere. */
const LONGEST_TEXT = 64 * 1024 * 1024;

export interface PlainText {
  text: string;
  /** What was odd about the bytes. */
  warnings: string[];
}

/** Throws `file-unreadable`, also for a text of more than 64 Mi characters. */
export async function readPlainText(file: ByteFile): Promise<PlainText> {
  const log = new WarningLog();
  const pieces: string[] = [];
  let length = 0;
  for await (const piece of textChunks(file, { log })) {
    length += piece.length;
    if (length > LONGEST_TEXT) {
      throw new LabError('file-unreadable', `${file.name} holds more than ${LONGEST_TEXT} characters.`, {
        hint: 'Give a part of it: only the first texts are used.',
      });
    }
    pieces.push(piece);
  }
  return {
    text: pieces.join(''),
    warnings: log.fields.warnings.map(({ line, message }) => `line ${line}: ${message}`),
  };
}
