/**
 * What is said of the files beside the page: read and checked, its paths turned into paths from the page.
 *
 * Must not know: what it says, how files are fetched.
 */
import * as v from 'valibot';
import { LabError } from '../core/errors';

/** Gets a file that lies beside the page; throws `file-missing`. */
export type GetBeside = (path: string) => Promise<Blob>;

/** Of a listed file. */
export const listedFileSchema = v.object({ path: v.string(), bytes: v.number(), sha256: v.string() });
export type ListedBeside = v.InferOutput<typeof listedFileSchema>;

/** A JSON file beside the page. Throws `file-missing`, or `record-invalid` where it is not of this schema. */
export async function readBeside<S extends v.GenericSchema>(
  get: GetBeside,
  path: string,
  schema: S,
): Promise<v.InferOutput<S>> {
  const text = await (await get(path)).text();
  try {
    return v.parse(schema, JSON.parse(text));
  } catch (cause) {
    throw new LabError('record-invalid', `${path} beside this page is not what this page reads.`, {
      hint: 'Serve page and files of one version.',
      cause,
    });
  }
}

/** `../studies/a.json`, said in `recorded/index.json`, is `studies/a.json`. */
export function pathFrom(index: string, relative: string): string {
  return new URL(relative, `https://page/${index}`).pathname.slice(1);
}
