/**
 * The small experiments of lessons, run in this page: asked of the bundled model, or made with the world desk.
 *
 * Promises: one at a time; what one found stays for the visit; the page's own settings are kept aside and can be taken
 * back; what is shown is of the very run it began: one that was stopped shows nothing. Must not know: components, what a lesson says.
 */
import { LabError, toLabError, type SerializedLabError } from '../../core/errors';
import type { Estimate } from '../../core/estimate';
import { setAt } from '../../core/set-at';
import type { AdapterIdentity } from '../../records';
import { SPEC_VERSION, type WorldSpec } from '../../spec';
import type { LabClient, WorldLook } from '../../worker/client';
import type { BundledModel, BundledModels } from '../bundled-models.svelte';
import type { LinkStore } from '../link.svelte';
import type { RunStore } from '../runs.svelte';
import type { LabSession } from '../session.svelte';
import type { ToldEstimate } from './lesson-numbers';
import type { RunExperiment, WorldExperiment } from './lesson-schema';

export interface LiveShares {
  kind: 'run';
  /** One for each line that the experiment shows; null where no fact was of that kind. */
  told: (ToldEstimate | null)[];
  /** Between both ways of the same pairs; null where the experiment does not ask for it, or no pair was asked both ways. */
  gap: Estimate | null;
  gpu: AdapterIdentity;
  elapsedMs: number;
}
export interface LiveWorlds {
  kind: 'world';
  groups: WorldLook['groups'];
}

export interface LessonLabHost {
  session: LabSession;
  runs: RunStore;
  link: LinkStore;
  models: BundledModels;
  worlds: Pick<LabClient['worlds'], 'look'>;
  /** The model whose recorded run the lessons tell of. */
  model(): BundledModel | null;
}

export class LessonLab {
  /** The experiment under way, by its key. */
  working = $state.raw<string | null>(null);
  found = $state.raw<Readonly<Record<string, LiveShares | LiveWorlds>>>({});
  problem = $state.raw<{ key: string; error: SerializedLabError } | null>(null);

  constructor(private readonly host: LessonLabHost) {}

  get progress() {
    return this.working === null ? null : this.host.session.progress;
  }

  /** Why an experiment with the model cannot begin now, in words; null where it can. */
  get blocked(): string | null {
    const { session } = this.host;
    if (this.working !== null) return 'An experiment is under way.';
    if (session.busy) return 'A run is under way: it must end first.';
    return session.occupied;
  }

  /** Loads the bundled model, lays the experiment's settings on its own, runs, and counts. @param title of the lesson */
  async run(key: string, title: string, experiment: RunExperiment): Promise<void> {
    const model = this.host.model();
    if (model === null || this.blocked !== null) return;
    await this.#work(key, async () => {
      const { session, runs, link, models } = this.host;
      const { factLives, laidOn, pairedGap, parseSpec, shareNumber } = await import('./read-lesson');
      if (!(await models.choose(model))) return;
      const base = { ...session.spec.snapshot(), name: title, specVersion: SPEC_VERSION };
      const spec = parseSpec(laidOn([base, experiment.sets]), title);
      link.take({ from: 'lesson', name: title, spec, files: null });
      const before = runs.key;
      await session.run();
      const { manifest } = runs;
      // Without a run of its own, the one on show is another.
      const own = runs.key !== before && runs.origin === 'live';
      if (session.error !== null) this.problem = { key, error: session.error };
      else if (!own) throw notBegun();
      if (!own || manifest?.state !== 'done') return;
      const lives = factLives(runs.facts, runs.trials, experiment.template);
      const told = experiment.show.map(({ live }) => {
        try {
          return shareNumber(live, lives);
        } catch {
          // No fact of that kind came up in this run: said so, in its line.
          return null;
        }
      });
      const { paired } = experiment;
      const gap = paired ? pairedGap(lives, paired.live, paired.live.share) : null;
      this.#keep(key, { kind: 'run', told, gap, gpu: manifest.gpu, elapsedMs: manifest.elapsedMs });
    });
  }

  /** Ends a run that goes on; nothing of it is shown. */
  cancel(): void {
    this.host.session.cancel();
  }

  /** Makes the world at every level of its dial. */
  async look(key: string, experiment: WorldExperiment): Promise<void> {
    if (this.working !== null) return;
    await this.#work(key, async () => {
      const groups: WorldLook['groups'] = [];
      for (const { value } of experiment.levels) {
        const world = turned(experiment.world, experiment.dial, value);
        await this.host.worlds.look({ world, given: [] }, false, (look) => groups.push(look.groups[0]!));
      }
      this.#keep(key, { kind: 'world', groups });
    });
  }

  dismissProblem(): void {
    this.problem = null;
  }

  #keep(key: string, found: LiveShares | LiveWorlds): void {
    this.found = { ...this.found, [key]: found };
  }

  async #work(key: string, work: () => Promise<void>): Promise<void> {
    this.working = key;
    this.problem = null;
    try {
      await work();
    } catch (thrown) {
      this.problem = { key, error: toLabError(thrown).serialize() };
    } finally {
      this.working = null;
    }
  }
}

function notBegun(): LabError {
  return new LabError('cancelled', 'This experiment did not begin: something else was asked for meanwhile.', {
    hint: 'Run it again, and leave settings and files as they are until it has begun.',
  });
}

/** The world with one dial at another value. */
function turned(world: WorldSpec, dial: string, value: number): WorldSpec {
  const copy = structuredClone(world);
  setAt(copy, dial, value);
  return copy;
}
