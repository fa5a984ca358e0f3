/**
 * Two to six runs beside each other: which there are, which are chosen, their records, and the tests of every pair.
 *
 * Promises: records are read when a run is chosen and let go when it no longer is; a run that cannot be read says so and
 * leaves the others alone; tests are computed pair by pair, so that the page answers in between.
 * Must not know: components, zips.
 */
import { toLabError, type SerializedLabError, LabError } from '../core/errors';
import { DIRECTIONS } from '../core/direction';
import { nextTask } from '../core/next-task';
import type { PickedFile } from '../platform/folder';
import { rehearsedFacts } from '../records';
import type { FactRecord, Manifest, StepRecord, Summary, TemplateRole, TrialRecord } from '../records/types';
import type { OpenBundle } from './bundles.svelte';
import { adjusted, lastAnswers, PAIR_GROUPS, pairTest, type PairTest } from './estimates/compare-tests';
import type { RecordedRun } from './recorded.svelte';
import { MOST_RUNS, runIdentity, type RunStyle, type RunStyles } from './run-style';
import type { KeptRun } from './runs.svelte';

export interface Comparable {
  /** In links: `recorded/NAME`, the key of a kept run, `file-N` for a bundle opened in this page. */
  key: string;
  name: string;
  origin: 'recorded' | 'bundle' | 'kept';
  model: string;
  startedAtMs: number | null;
}

interface RunContent {
  manifest: Manifest;
  facts: readonly FactRecord[];
  trials: readonly TrialRecord[];
  steps: readonly StepRecord[];
  summary: Summary | null;
}

export interface ComparedRun extends RunContent {
  key: string;
  name: string;
  style: RunStyle;
  rehearsed: ReadonlySet<string>;
}

export interface ComparedPair {
  a: string;
  b: string;
  /** Epochs of the last evaluations. */
  epochs: [number | null, number | null];
  test: PairTest;
}

interface CompareHost {
  runs: { readonly kept: readonly KeptRun[]; readonly key: string | null; readonly origin: string } & {
    [K in keyof RunContent]: RunContent[K] | null;
  };
  bundles: { readonly opened: readonly OpenBundle[]; open(file: PickedFile, show: boolean): Promise<boolean> };
  recorded: { readonly runs: readonly RecordedRun[] };
  /** The records of a recorded run, of a kept one. */
  openRecorded(run: RecordedRun): Promise<RunContent>;
  load(key: string): Promise<RunContent | null>;
  styles: RunStyles;
}

const RECORDED = 'recorded/';

export class CompareStore {
  /** Keys, in the order in which they were chosen. */
  chosen = $state.raw<readonly string[]>([]);
  /** Names of the keys that are being read. */
  reading = $state.raw<readonly string[]>([]);
  /** Why a chosen run is not there, by its key. */
  problems = $state.raw<Readonly<Record<string, SerializedLabError>>>({});
  template = $state.raw<TemplateRole>('held-out');
  pairs = $state.raw<readonly ComparedPair[]>([]);
  /** Pairs are still being tested. */
  testing = $state.raw(false);
  #contents = $state.raw<Readonly<Record<string, RunContent>>>({});
  #turn = 0;

  readonly list = $derived.by((): Comparable[] => {
    const { runs, bundles, recorded } = this.host;
    return [
      ...recorded.runs.map(({ name, title, model }): Comparable => ({
        ...{ key: `${RECORDED}${name}`, name: title, origin: 'recorded', model, startedAtMs: null },
      })),
      ...bundles.opened.map(({ key, file, run: { manifest } }): Comparable => ({
        ...{ key, origin: 'bundle', model: manifest.model.name, startedAtMs: manifest.startedAtMs },
        name: `${manifest.spec.name} (${file.path})`,
      })),
      ...runs.kept.map(({ key, name, model, startedAtMs }): Comparable => ({
        key,
        name,
        origin: 'kept',
        model,
        startedAtMs,
      })),
    ];
  });

  /** Those that are chosen and read. */
  readonly compared = $derived.by((): ComparedRun[] => {
    const there = this.chosen.flatMap((key) => {
      const content = this.#contents[key];
      return content === undefined ? [] : [{ key, content, identity: runIdentity(content.manifest) }];
    });
    // One run may be there twice, as a bundle and as kept: each has its own look.
    const named = there.map(({ identity, ...each }, index) => {
      const before = there.slice(0, index).filter((other) => other.identity === identity).length;
      return { ...each, identity: before === 0 ? identity : `${identity}#${before}` };
    });
    const styles = this.host.styles.of(named.map(({ identity }) => identity));
    const names = distinct(
      named.map(({ key, content }) => this.list.find((each) => each.key === key)?.name ?? content.manifest.spec.name),
    );
    return named.map(({ key, content, identity }, index) => ({
      ...content,
      key,
      name: names[index]!,
      style: styles.get(identity)!,
      rehearsed: rehearsedFacts(content.steps as StepRecord[]),
    }));
  });

  constructor(private readonly host: CompareHost) {}

  /** Keys that a link can carry: a bundle's file stays where it is. */
  get linkable(): string[] {
    return this.chosen.filter((key) => !key.startsWith('file-'));
  }

  /** These runs, six at most. Resolves when they are read and tested. */
  async choose(keys: readonly string[]): Promise<void> {
    this.chosen = keys.filter((key, index) => keys.indexOf(key) === index).slice(0, MOST_RUNS);
    this.#contents = only(this.#contents, this.chosen);
    this.problems = only(this.problems, this.chosen);
    const missing = this.chosen.filter((key) => !(key in this.#contents) && !this.reading.includes(key));
    this.reading = [...this.reading, ...missing];
    for (const key of missing) {
      try {
        const content = await this.#read(key);
        if (this.chosen.includes(key)) this.#contents = { ...this.#contents, [key]: content };
        const { [key]: _solved, ...problems } = this.problems;
        this.problems = problems;
      } catch (thrown) {
        this.problems = { ...this.problems, [key]: toLabError(thrown).serialize() };
      } finally {
        this.reading = this.reading.filter((each) => each !== key);
      }
    }
    await this.#test();
  }

  async toggle(key: string): Promise<void> {
    const { chosen } = this;
    await this.choose(chosen.includes(key) ? chosen.filter((each) => each !== key) : [...chosen, key]);
  }

  async setTemplate(template: TemplateRole): Promise<void> {
    this.template = template;
    await this.#test();
  }

  /** Opens bundles beside the run on show and chooses them. */
  async add(files: readonly File[]): Promise<void> {
    for (const file of files) {
      const before = this.host.bundles.opened.map(({ key }) => key);
      if (!(await this.host.bundles.open({ path: file.name, file }, false))) continue;
      const opened = this.host.bundles.opened.find(({ key }) => !before.includes(key));
      if (opened) await this.choose([...this.chosen, opened.key]);
    }
  }

  async #read(key: string): Promise<RunContent> {
    const { runs, bundles, recorded } = this.host;
    const { manifest, facts, trials, steps, summary } = runs;
    if (key === runs.key && manifest && facts && trials && steps) return { manifest, facts, trials, steps, summary };
    if (key.startsWith(RECORDED)) {
      const entry = recorded.runs.find(({ name }) => `${RECORDED}${name}` === key);
      if (entry) return this.host.openRecorded(entry);
    }
    const bundle = bundles.opened.find((each) => each.key === key);
    if (bundle) return bundle.run;
    const kept = await this.host.load(key);
    if (kept !== null) return kept;
    throw new LabError('record-invalid', `The run ${key} is not here.`, {
      hint: 'A link carries the names of runs, not their records: open its bundle in this browser, or choose another run.',
    });
  }

  /** Every pair in every direction and group, each pair in a task of its own. */
  async #test(): Promise<void> {
    const turn = (this.#turn += 1);
    const { compared, template } = this;
    this.testing = compared.length > 1;
    const found: ComparedPair[] = [];
    const directions = DIRECTIONS.filter((direction) =>
      compared.some(({ manifest }) => manifest.spec.directions.includes(direction)),
    );
    for (const direction of directions) {
      const last = [];
      for (const { trials, rehearsed } of compared) {
        last.push(lastAnswers(trials, direction, template, rehearsed));
        await nextTask();
      }
      for (const [i, a] of compared.entries()) {
        for (const [j, b] of compared.entries()) {
          if (j <= i) continue;
          if (turn !== this.#turn) return;
          const [ofA, ofB] = [last[i]!, last[j]!];
          for (const group of PAIR_GROUPS) {
            const test = pairTest(ofA, ofB, direction, group);
            found.push({ a: a.key, b: b.key, epochs: [ofA.epoch, ofB.epoch], test });
            await nextTask();
          }
        }
      }
    }
    if (turn !== this.#turn) return;
    this.pairs = adjusted(found);
    this.testing = false;
  }
}

function only<T>(all: Readonly<Record<string, T>>, keys: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => keys.includes(key)));
}

/** Runs of one experiment have one name: the later ones get a number. */
function distinct(names: readonly string[]): string[] {
  return names.map((name, index) => {
    const before = names.slice(0, index).filter((other) => other === name).length;
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}
