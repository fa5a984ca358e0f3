/**
 * A file's text through a parser that is chosen by how the text begins.
 * Must not know: formats.
 */
import type { ByteFile } from '../../core/files';
import type { ReadControl } from '../reader';
import { textChunks } from '../text-chunks';
import type { WarningLog } from '../warnings';
import type { TabularParser } from './reading';

/** How much of a file is looked at, in characters. */
const HEAD_CHARACTERS = 65536;

export type RowsParser<R> = Pick<TabularParser<R>, 'push' | 'finish' | 'records'>;

/** Throws what the parser throws, `file-unreadable` and `cancelled`. */
export async function readRows<R>(
  file: ByteFile,
  log: WarningLog,
  open: (head: string) => RowsParser<R>,
  control: ReadControl = {},
): Promise<R> {
  let parser: RowsParser<R> | null = null;
  let head = '';
  for await (const text of textChunks(file, { ...control, log, records: () => parser?.records ?? 0 })) {
    if (parser !== null) parser.push(text);
    else if ((head += text).length >= HEAD_CHARACTERS) {
      parser = open(head);
      parser.push(head);
    }
  }
  if (parser === null) {
    parser = open(head);
    parser.push(head);
  }
  return parser.finish();
}
