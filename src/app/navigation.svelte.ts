/**
 * Where in the laboratory the person is: a section, a part of it, options. It stands in the address, so that back,
 * reload and links work; while a link's settings stand there it is kept beside them in the history's entry.
 *
 * Promises: an address that names nothing leads to the start; going where one is adds no entry.
 * Must not know: components.
 */
import type { PageHistory } from '../platform/address';
import { isSpecLink } from '../spec';
import { placeText, readPlace, START, type Options, type Place } from './place';
import { placeOf, SECTIONS, type SectionName } from './sections';

export class Navigation {
  place = $state.raw<Place>(START);
  /** Grows with every step, also to the place that is shown: focus follows it. */
  steps = $state.raw(0);
  /** The entry of the history one is at: a step back leads to one that was seen before. */
  entry = $state.raw('');
  /** The control to be shown once its section is there. */
  wanted = $state.raw<string | null>(null);

  constructor(private readonly history: PageHistory) {
    this.place = this.#read() ?? START;
    this.entry = history.entry();
    history.onMove(() => {
      const place = this.#read();
      if (place !== null) this.#show(place);
      // A fragment that names no place, a spec link among them, leaves the person where they are.
      else this.history.replace(this.#fragment(placeText(this.place)), placeText(this.place));
    });
  }

  get section(): SectionName {
    return this.place.section;
  }

  get item(): string | null {
    return this.place.item;
  }

  get options(): Options {
    return this.place.options;
  }

  /** Nothing but the section's content is shown: lesson links, embedding. */
  get only(): boolean {
    return this.options['only'] === '1';
  }

  get title(): string {
    return SECTIONS.find(({ name }) => name === this.section)!.title;
  }

  href(section: SectionName, item: string | null = null, options: Options = {}): string {
    return placeText({ section, item, options });
  }

  /** The whole address of a place, to be given away. */
  link(section: SectionName, item: string | null = null, options: Options = {}): string {
    return this.history.withFragment(this.href(section, item, options));
  }

  go(section: SectionName, item: string | null = null, options: Options = {}): void {
    this.goTo(this.href(section, item, options));
  }

  /** Follows a link of ours; false where it is none. */
  goTo(href: string): boolean {
    const place = readPlace(href);
    if (place === null) return false;
    if (href !== placeText(this.place)) this.history.push(this.#fragment(href), href);
    this.#show(place);
    return true;
  }

  /** Another option of the same place, without an entry in the history. */
  setOption(name: string, value: string | null): void {
    const { [name]: _before, ...others } = this.options;
    this.place = { ...this.place, options: value === null ? others : { ...others, [name]: value } };
    const href = placeText(this.place);
    this.history.replace(this.#fragment(href), href);
  }

  /** Leads to the control of a setting, by its dotted path. */
  showControl(control: string): void {
    const { section, item } = placeOf(control);
    const here = this.section === section && (item === null || item === this.item);
    if (!here) this.go(section, item);
    this.wanted = control;
  }

  #show(place: Place): void {
    this.place = place;
    this.entry = this.history.entry();
    this.steps += 1;
  }

  /** A spec link stays in the address until its settings are accepted or left. */
  #fragment(href: string): string {
    const now = this.history.fragment();
    return isSpecLink(now) ? now : href;
  }

  #read(): Place | null {
    return readPlace(this.history.fragment()) ?? readPlace(this.history.kept() ?? '');
  }
}
