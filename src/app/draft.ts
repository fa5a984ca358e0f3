/**
 * The page's own settings in this browser, so that they are there after a reload and behind a link.
 *
 * Promises: never throws; what cannot be read is as if it were not there.
 */
import { parseSpec } from '../spec';
import type { ExperimentSpec } from '../spec/schema';

const KEY = 'ontoscope.settings';

export class DraftKeeper {
  constructor(private readonly storage: Storage | null) {}

  load(): ExperimentSpec | null {
    try {
      const text = this.storage?.getItem(KEY);
      return text == null ? null : parseSpec(text, 'kept settings');
    } catch {
      return null;
    }
  }

  save(spec: ExperimentSpec): void {
    try {
      this.storage?.setItem(KEY, JSON.stringify(spec));
    } catch {
      // Nothing to do: the settings last as long as the page.
    }
  }
}
