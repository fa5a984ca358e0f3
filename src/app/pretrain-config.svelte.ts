/**
 * The configuration of a pretraining being set up, and what it would take on the world on show.
 *
 * Promises: `valid` is a whole configuration or null; every problem stands under the dotted path of its field; the newest
 * plan wins. Must not know: components, how a plan is made.
 */
import * as v from 'valibot';
import { toLabError, type SerializedLabError } from '../core/errors';
import { LabError } from '../core/errors';
import { setAt } from '../core/set-at';
import type { PickedFile } from '../platform/folder';
import { parsePretrainConfig, PRETRAIN_VERSION, pretrainSchema, type PretrainConfig } from '../spec';
import type { LabClient, PretrainDtype, PretrainPlan, WorldInputs } from '../worker/client';
import { within } from './error-control';
import { fileStem } from './exports';
import { plainIssue } from './spec.svelte';

export interface ConfigHost {
  calls: Pick<LabClient['pretraining'], 'plan'>;
  download(name: string, type: string, content: string): void;
}

interface Checked {
  config: PretrainConfig | null;
  problems: Record<string, string>;
}

export class PretrainConfigStore {
  draft = $state<PretrainConfig>(
    parsePretrainConfig({ pretrainVersion: PRETRAIN_VERSION, name: 'My model' }, 'defaults'),
  );
  /** Of the weights in the model's file. */
  dtype = $state.raw<PretrainDtype>('f32');
  plan = $state.raw<PretrainPlan | null>(null);
  planning = $state.raw(false);
  error = $state.raw<SerializedLabError | null>(null);
  #round = 0;
  readonly #checked = $derived(check($state.snapshot(this.draft)));

  constructor(private readonly host: ConfigHost) {}

  get valid(): PretrainConfig | null {
    return this.#checked.config;
  }

  problemAt(path: string): string | undefined {
    return this.#checked.problems[path];
  }

  valueAt(path: string): unknown {
    return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], this.draft);
  }

  set(path: string, value: unknown): void {
    setAt(this.draft, path, value);
  }

  async openFile({ path, file }: PickedFile): Promise<void> {
    this.error = null;
    try {
      this.draft = parsePretrainConfig(await file.text(), path);
    } catch (thrown) {
      this.error = within('pretrain', toLabError(thrown).serialize());
    }
  }

  /** As `ontoscope pretrain --model` reads it. */
  saveFile(): void {
    const { valid } = this;
    if (valid === null) return;
    this.host.download(`${fileStem(valid.name)}.json`, 'application/json', `${JSON.stringify(valid, null, 2)}\n`);
  }

  /** What it takes on a world; without one there is none. A newer plan replaces an older one. */
  async makePlan(inputs: WorldInputs | null): Promise<void> {
    const round = ++this.#round;
    const current = () => round === this.#round;
    const { valid } = this;
    if (inputs === null || valid === null) {
      this.plan = null;
      this.planning = false;
      return;
    }
    this.planning = true;
    try {
      const plan = await this.host.calls.plan(inputs, valid);
      if (!current()) return;
      this.plan = plan;
      this.error = null;
    } catch (thrown) {
      const error = toLabError(thrown);
      if (!current() || error.code === 'cancelled') return;
      this.plan = null;
      this.error = within('pretrain', error.serialize());
    }
    this.planning = false;
  }
}

/** The schema knows every wrong field; what fields must be to each other, the parser says of the first. */
function check(draft: PretrainConfig): Checked {
  const result = v.safeParse(pretrainSchema, draft);
  if (!result.success) {
    const problems = result.issues.map((issue): [string, string] => [v.getDotPath(issue) ?? '', plainIssue(issue)]);
    return { config: null, problems: Object.fromEntries(problems) };
  }
  try {
    return { config: parsePretrainConfig(result.output, 'settings'), problems: {} };
  } catch (thrown) {
    if (!(thrown instanceof LabError)) throw thrown;
    const words = thrown.message.replace(/^settings: [^:]*: /, '');
    return {
      config: null,
      problems: { [thrown.control ?? '']: words.replace(/^./, (letter) => letter.toUpperCase()) },
    };
  }
}
