/**
 * The page's own settings in this browser, so that they are there after a reload and behind a link.
 *
 * Promises: never throws; what cannot be read is as if it were not there.
 */
import { parseSpec } from '../spec';
import type { ExperimentSpec } from '../spec/schema';
import { KeptText } from './kept-text';

const KEY = 'ontoscope.settings';

export class DraftKeeper {
  readonly #kept: KeptText;

  constructor(storage: Storage | null) {
    this.#kept = new KeptText(storage, KEY);
  }

  load(): ExperimentSpec | null {
    return this.#kept.read((text) => parseSpec(text, 'kept settings'));
  }

  save(spec: ExperimentSpec): void {
    this.#kept.set(JSON.stringify(spec));
  }
}
