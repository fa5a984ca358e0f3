/**
 * Settings from elsewhere: from a link, a preset, or a run on show. They win over the page's own, which wait behind them
 * with the files chosen for them.
 *
 * Promises: the page's own settings are never lost: they can be taken back until the others are accepted; a broken link
 * changes nothing; a link is answered once, however often back leads over it. Must not know: components, how addresses work.
 */
import { LabError } from '../core/errors';
import type { PageAddress } from '../platform/address';
import { encodeSpecLink, isSpecLink, readSpecLink, type LinkFile } from '../spec';
import type { ExperimentSpec } from '../spec/schema';
import type { NeededFiles } from './needed-files.svelte';
import type { ChosenFiles, LabSession } from './session.svelte';
import type { SpecStore } from './spec.svelte';

export interface ForeignSettings {
  from: 'link' | 'run' | 'preset' | 'bundled model' | 'pretrained model' | 'lesson';
  /** Of the experiment. */
  name: string;
}

interface Waiting extends ForeignSettings {
  spec: ExperimentSpec;
  /** What it is made of; null where that is not said and what was asked for stays. */
  files: readonly LinkFile[] | null;
}

/** Whose settings are in the form, and what is kept aside for them. */
export interface LinkStanding {
  readonly foreign: ForeignSettings | null;
  readonly own: {
    readonly spec: ExperimentSpec;
    readonly files: ChosenFiles;
    readonly asked: LinkStanding['asked'];
  } | null;
  /** Files that were asked for; null where what was asked for before stays. */
  readonly asked: readonly LinkFile[] | null;
}

const OWN: LinkStanding = { foreign: null, own: null, asked: null };

export class LinkStore {
  /** Opened while a run goes on: it changes nothing yet. */
  waiting = $state.raw<Waiting | null>(null);
  #standing = $state.raw<LinkStanding>(OWN);
  /** What was chosen when other files were asked for, by what was asked for then. */
  #filesFor: readonly { asked: LinkStanding['asked']; files: ChosenFiles }[] = [];
  /** Fragments taken and not answered yet; entries of the history keep them. */
  #open: string[] = [];
  #answered: readonly string[] = [];

  constructor(
    private readonly address: Pick<PageAddress, 'fragment' | 'clear' | 'withFragment' | 'onChange'>,
    private readonly session: LabSession,
    private readonly spec: SpecStore,
    private readonly needed: NeededFiles,
  ) {}

  /** What the form shows comes from there; null where it is the page's own. */
  get foreign(): ForeignSettings | null {
    return this.#standing.foreign;
  }

  get standing(): LinkStanding {
    return this.#standing;
  }

  /** As it stood before; the settings themselves were put back already. Files asked for come and go with it. */
  stand(standing: LinkStanding): void {
    const { asked } = this.#standing;
    this.#standing = standing;
    if (standing.asked !== asked) {
      this.#keepFiles(asked);
      const then = this.#filesFor.find((each) => each.asked === standing.asked);
      if (then !== undefined) this.session.takeBack(then.files);
      this.needed.ask(standing.asked ?? []);
    }
    if (standing.own === null) this.#clear();
  }

  /** Whether the page was opened by a link. */
  get called(): boolean {
    return isSpecLink(this.address.fragment());
  }

  start(): void {
    this.address.onChange(() => this.read());
    this.read();
  }

  /** Takes the link in the address; a broken one is an error and nothing else. */
  read(): void {
    if (!this.called) return;
    const fragment = this.address.fragment();
    if (this.#answered.includes(fragment)) return this.address.clear();
    try {
      const { spec, files } = readSpecLink(fragment);
      this.#open.push(fragment);
      this.take({ from: 'link', name: spec.name, spec, files });
    } catch (thrown) {
      this.session.fail(thrown);
    }
  }

  /** To be called before files of those settings take the place of chosen ones. */
  take(settings: Waiting): void {
    if (this.session.busy) {
      this.waiting = settings;
      return;
    }
    const { from, name, spec, files } = settings;
    this.waiting = null;
    const { own, asked } = this.#standing;
    this.#standing = {
      foreign: { from, name },
      own: own ?? { spec: this.spec.snapshot(), files: this.session.chosenFiles, asked },
      asked: files ?? asked,
    };
    if (files !== null) this.#keepFiles(asked);
    this.spec.adopt(spec);
    if (files !== null) this.needed.ask(files);
    this.session.dismissError();
  }

  /** The page's own settings again, and the files that were chosen for them. */
  restore(): void {
    const { own } = this.#standing;
    if (own === null) return;
    this.spec.adopt(own.spec);
    this.#keepFiles(this.#standing.asked);
    this.session.takeBack(own.files);
    if (own.asked !== this.#standing.asked) this.needed.ask(own.asked ?? []);
    this.#done(own.asked);
  }

  /** The page's settings are these from now on; the files that they are made of may still have to be chosen. */
  accept(): void {
    this.#done(this.#standing.asked);
  }

  discardWaiting(): void {
    this.waiting = null;
    this.#clear();
  }

  /** A link to the present settings and the files they are made of. Throws LabError `link-invalid` or `spec-invalid`. */
  present(): string {
    const { valid } = this.session.spec;
    if (valid === null) {
      throw new LabError('spec-invalid', 'A setting is wrong, so there is nothing to link to yet.', {
        hint: 'Correct the marked settings first.',
        control: Object.keys(this.spec.problems)[0] ?? 'settings',
      });
    }
    const files = this.session.plan?.files ?? this.needed.files;
    return this.address.withFragment(encodeSpecLink(this.session.dataInputs?.spec ?? valid, files));
  }

  /** The address may name a place of the page by now, which stays. */
  #clear(): void {
    this.#answered = [...this.#answered, ...this.#open];
    this.#open = [];
    if (this.called) this.address.clear();
  }

  #keepFiles(asked: LinkStanding['asked']): void {
    const others = this.#filesFor.filter((each) => each.asked !== asked);
    this.#filesFor = [{ asked, files: this.session.chosenFiles }, ...others];
  }

  #done(asked: LinkStanding['asked']): void {
    this.#standing = { ...OWN, asked };
    this.#clear();
  }
}
