/**
 * Two to six runs beside each other: which there are, which are chosen, their records, and the tests of every pair.
 *
 * Promises: records are read when a run is chosen, again when it has grown, and let go when it no longer is; a run that
 * cannot be read says so and leaves the others alone; what a link names is found once its bundle is opened; tests are
 * computed pair by pair, so that the page answers in between.
 * Must not know: components, zips.
 */
import { toLabError, type SerializedLabError, LabError } from '../core/errors';
import { DIRECTIONS } from '../core/direction';
import { isolated } from '../core/isolated';
import { nextTask } from '../core/next-task';
import type { PickedFile } from '../platform/folder';
import { rehearsedFacts } from '../records';
import type { FactRecord, Manifest, StepRecord, Summary, TemplateRole, TrialRecord } from '../records/types';
import type { OpenBundle } from './bundles.svelte';
import { byKey, only, withEntry, without, type ByKey } from './by-key';
import { linkedRuns, readLinkedRuns, type LinkedRun } from './compare-link';
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

/** A run as it was read, and what the list of kept runs said of it before. */
interface ReadRun extends RunContent {
  standing: string | null;
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
  /** SHA-256 of a bundle's file. */
  hash(file: PickedFile): Promise<string>;
  styles: RunStyles;
}

const RECORDED = 'recorded/';
const PARTS = ['manifest', 'facts', 'trials', 'steps', 'summary'] as const;

export class CompareStore {
  /** Keys, in the order in which they were chosen. */
  chosen = $state.raw<readonly string[]>([]);
  /** Names of the keys that are being read. */
  reading = $state.raw<readonly string[]>([]);
  /** Why a chosen run is not there, by its key. */
  problems = $state.raw<ByKey<SerializedLabError>>(byKey());
  template = $state.raw<TemplateRole>('held-out');
  pairs = $state.raw<readonly ComparedPair[]>([]);
  /** Pairs are still being tested. */
  testing = $state.raw(false);
  /** Of bundles that are chosen, by key. */
  #hashes = $state.raw<ByKey<string>>(byKey());
  /** What links said of the runs they name, by key. */
  #linked = $state.raw<ByKey<LinkedRun>>(byKey());
  #contents = $state.raw<ByKey<ReadRun>>(byKey());
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
      const content = this.#contents.get(key);
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

  /** What an address says of the runs that are chosen. */
  get link(): string {
    return linkedRuns(this.chosen.map((key) => this.#linkOf(key)));
  }

  /** What a link says of a run that is not here. */
  named(key: string): LinkedRun | null {
    return this.#linked.get(key) ?? null;
  }

  /** Bundles that hold a run of the link, in another file than the link names. */
  readonly otherFiles = $derived.by((): string[] => {
    const linked = [...this.#linked.values()].flatMap(({ identity, file }) =>
      file?.sha256 ? { identity, ...file } : [],
    );
    return this.host.bundles.opened.flatMap(({ key, file, run }) => {
      const sha256 = this.chosen.includes(key) ? this.#hashes.get(key) : undefined;
      if (sha256 === undefined || linked.some((each) => each.sha256 === sha256)) return [];
      return linked.some(({ identity }) => identity === runIdentity(run.manifest)) ? [file.path] : [];
    });
  });

  /** The runs of an address; bundles opened here stay beside them until the address names them, too. */
  async follow(link: string): Promise<void> {
    const named = readLinkedRuns(link);
    this.#linked = byKey([...this.#linked, ...named.map((each) => [each.key, each] as const)]);
    await this.#hash(this.host.bundles.opened.map(({ key }) => key));
    const own = this.chosen.filter((key) => this.#bundle(key) !== undefined);
    const keys = this.#found([...this.#found(named.map(({ key }) => key)), ...own]);
    const come = (key: string) => this.problems.has(key) && this.list.some((each) => each.key === key);
    if (keys.some((key) => !this.chosen.includes(key) || come(key))) await this.choose(keys);
  }

  /** These runs, six at most. Resolves when they are read and tested. */
  async choose(keys: readonly string[]): Promise<void> {
    this.chosen = this.#found(keys);
    this.#contents = only(this.#contents, this.chosen);
    this.problems = only(this.problems, this.chosen);
    const missing = this.chosen.filter((key) => this.#grows(key) && !this.reading.includes(key));
    this.reading = [...this.reading, ...missing];
    for (const key of missing) {
      try {
        const standing = this.#standing(key);
        const content = await this.#read(key);
        if (this.chosen.includes(key)) this.#contents = withEntry(this.#contents, key, { ...content, standing });
        this.problems = without(this.problems, key);
      } catch (thrown) {
        this.problems = withEntry(this.problems, key, toLabError(thrown).serialize());
      } finally {
        this.reading = this.reading.filter((each) => each !== key);
      }
    }
    await Promise.all([this.#test(), this.#hash(this.chosen)]);
  }

  /** Reads the chosen runs again that have more records by now. */
  async refresh(): Promise<void> {
    if (this.chosen.some((key) => this.#grows(key))) await this.choose(this.chosen);
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
      if (!opened) continue;
      await this.#hash([opened.key]);
      await this.choose([...this.#found(this.chosen), opened.key]);
    }
  }

  #bundle(key: string): OpenBundle | undefined {
    return this.host.bundles.opened.find((each) => each.key === key);
  }

  /** Each run once; one that only a link knows gives way to the opened bundle that holds it: its very file, if it is here. */
  #found(keys: readonly string[]): string[] {
    const { opened } = this.host.bundles;
    const named = keys.map((key) => (this.list.some((each) => each.key === key) ? undefined : this.#linked.get(key)));
    const exact = named.map(
      (each) => opened.find(({ key }) => each?.file?.sha256 && this.#hashes.get(key) === each.file.sha256)?.key,
    );
    const alike = (each: LinkedRun | undefined) =>
      each &&
      opened.find(
        ({ key, run }) => !exact.includes(key) && !keys.includes(key) && runIdentity(run.manifest) === each.identity,
      )?.key;
    const here = keys.map((key, index) => exact[index] ?? alike(named[index]) ?? key);
    return here.filter((key, index) => here.indexOf(key) === index).slice(0, MOST_RUNS);
  }

  #linkOf(key: string): LinkedRun {
    const bundle = this.#bundle(key);
    const content = bundle?.run ?? this.#contents.get(key);
    if (content === undefined) return this.#linked.get(key) ?? { key, identity: null, file: null };
    const identity = key.startsWith(RECORDED) ? null : runIdentity(content.manifest);
    const file = bundle === undefined ? null : { name: bundle.file.path, sha256: this.#hashes.get(key) ?? null };
    return { key, identity, file };
  }

  /** A bundle that cannot be hashed is named all the same. */
  async #hash(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const bundle = this.#bundle(key);
      if (bundle === undefined || this.#hashes.has(key)) continue;
      const sha256 = await this.host.hash(bundle.file).catch(() => null);
      if (sha256 !== null) this.#hashes = withEntry(this.#hashes, key, sha256);
    }
  }

  /** Not read yet, or not as it is now: on show, where it may go on, or kept. */
  #grows(key: string): boolean {
    const content = this.#contents.get(key);
    if (content === undefined) return true;
    const { runs } = this.host;
    if (key === runs.key && runs.manifest !== null) return PARTS.some((part) => content[part] !== runs[part]);
    // What is thrown away stays here until it is let go.
    const standing = this.#standing(key);
    return standing !== null && standing !== content.standing;
  }

  /** Other after a run went on here, other records or not: its state, and what it takes. */
  #standing(key: string): string | null {
    const kept = this.host.runs.kept.find((run) => run.key === key);
    return kept === undefined ? null : `${kept.state}|${kept.bytes ?? ''}`;
  }

  async #read(key: string): Promise<RunContent> {
    const { runs, recorded } = this.host;
    const { manifest, facts, trials, steps, summary } = runs;
    if (key === runs.key && manifest && facts && trials && steps) return { manifest, facts, trials, steps, summary };
    if (key.startsWith(RECORDED)) {
      const entry = recorded.runs.find(({ name }) => `${RECORDED}${name}` === key);
      if (entry) return this.host.openRecorded(entry);
    }
    const bundle = this.#bundle(key);
    if (bundle) return bundle.run;
    const file = this.named(key)?.file;
    if (file) {
      throw new LabError('file-missing', `The bundle ${isolated(file.name)} is not open here.`, {
        hint: `Open it: a link names files, it does not carry them.${file.sha256 === null ? '' : ` SHA-256 ${file.sha256.slice(0, 12)}…`}`,
      });
    }
    const kept = await this.host.load(key);
    if (kept !== null) return kept;
    throw new LabError('record-invalid', `The run ${isolated(key)} is not here.`, {
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

/** Runs of one experiment have one name: the later ones get a number. */
function distinct(names: readonly string[]): string[] {
  return names.map((name, index) => {
    const before = names.slice(0, index).filter((other) => other === name).length;
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}
