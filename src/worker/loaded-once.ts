/**
 * A part of the worker that is fetched when it is first asked for.
 *
 * Promises: one object for all who ask; what could not be fetched is a LabError and is tried again by the next who asks.
 * Must not know: what it is a part of.
 */
import { LabError } from '../core/errors';
import { Once } from '../core/once';

export function loadedOnce<T>(load: () => Promise<T>): () => Promise<T> {
  const part = new Once<T>();
  return () =>
    part.get('', () =>
      load().catch((cause: unknown) => {
        throw new LabError('file-missing', 'A part of this page could not be fetched from where the page comes from.', {
          hint: 'Check the connection, then reload the page: after an update it needs the files of the new version.',
          cause,
        });
      }),
    );
}
