/** Files that lie beside the page, where it was served from: what comes with the laboratory. */
import { LabError } from '../core/errors';

/**
 * `path` relative to the page's base. Throws `file-missing` where it cannot be fetched.
 * @param control the setting that takes a file of the user's own instead
 */
export async function fetchBeside(path: string, control = 'ontology.path'): Promise<Blob> {
  const response = await fetch(`${import.meta.env.BASE_URL}${path}`).catch(() => null);
  if (response?.ok) return response.blob();
  throw new LabError('file-missing', `${path} could not be fetched from where this page comes from.`, {
    hint: 'Check the connection, or choose a file of your own.',
    control,
  });
}
