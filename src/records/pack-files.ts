/** Files as a zip. Promises: the bytes depend on the files alone, not on the hour. */
import { zipSync } from 'fflate';

/** Noon on the first day that zips know, in local time, which is what zips hold: the same bytes in every time zone. */
const timeStamp = () => new Date(1980, 0, 1, 12);

/** @param level 6: deflated; 0: as they are */
export function packFiles(
  files: readonly { path: string; bytes: Uint8Array }[],
  level: 0 | 6 = 6,
): Uint8Array<ArrayBuffer> {
  return zipSync(Object.fromEntries(files.map(({ path, bytes }) => [path, [bytes, { level, mtime: timeStamp() }]])));
}
