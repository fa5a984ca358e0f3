/**
 * How a person looks at the results of the run on show: with which template, and what was chosen about each chart.
 *
 * Promises: outlives the section that shows it. Must not know: charts, the address.
 */
import { SvelteMap } from 'svelte/reactivity';
import { TEMPLATE_ROLES, type TemplateRole } from '../records/types';

const NONE: Readonly<Record<string, string>> = {};

export class ResultsView {
  template = $state.raw<TemplateRole>('held-out');
  readonly #options = new SvelteMap<string, Readonly<Record<string, string>>>();

  /** Of a chart, by its name. */
  optionsOf(chart: string): Readonly<Record<string, string>> {
    return this.#options.get(chart) ?? NONE;
  }

  choose(chart: string, choice: string, value: string): void {
    this.#options.set(chart, { ...this.optionsOf(chart), [choice]: value });
  }

  /** As a link to a chart says it; what it does not say stays. */
  take(chart: string, { template, only: _only, ...options }: Readonly<Record<string, string>>): void {
    const role = TEMPLATE_ROLES.find((each) => each === template);
    if (role !== undefined) this.template = role;
    if (Object.keys(options).length > 0) this.#options.set(chart, { ...this.optionsOf(chart), ...options });
  }

  /** What a link to a chart must say so that another sees the same. */
  linkOptions(chart: string): Record<string, string> {
    return { ...(this.template === 'held-out' ? {} : { template: this.template }), ...this.optionsOf(chart) };
  }
}
