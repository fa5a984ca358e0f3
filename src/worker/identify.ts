/** SHA-256 of a picked file, read in pieces. Must not know: what it is. */
import { sha256Stream } from '../core/hash';
import { browserFile } from '../platform/file';
import type { PickedFile } from './data-calls';

export async function identify({ path, file }: PickedFile): Promise<string> {
  const state = sha256Stream();
  const opened = browserFile(file instanceof File ? file : new File([file], path), 'files');
  for await (const chunk of opened.chunks()) state.update(chunk);
  return state.hex();
}
