/** Forest plot of hazard ratios: what goes with a fact being learned sooner, or lost sooner. */
import type { HazardCovariates } from '../../../records/analyses';
import { FACT_EVENTS, type FactEvent } from '../../../core/fact-event';
import { defineChart } from '../chart';
import { NOT_ADJUSTED } from '../notes';
import { leftOutOf, MODELS, type HazardData } from './models';
import HazardsChart from './HazardsChart.svelte';

const EVENTS: Record<FactEvent, string> = {
  acquisition: 'seen facts learned',
  generalization: 'withheld facts learned',
  degradation: 'known facts lost',
};

const FURTHER: readonly HazardCovariates[] = ['lexical', 'own'];

const eventOf = (options: Readonly<Record<string, string>>) =>
  FACT_EVENTS.find((event) => event === options['event']) ?? 'acquisition';
const estimated = ({ rows }: HazardData) => rows.filter(({ estimate }) => estimate !== null);

function noteOf(data: HazardData): string {
  const first = estimated(data)[0];
  const n = `n = ${data.atRisk} facts at risk`;
  const out = leftOutOf(data).map(({ why, facts }) => `${facts} ${why}`);
  const left = out.length === 0 ? '' : `; not at risk: ${out.join(', ')}`;
  if (first === undefined) return `${EVENTS[data.event]}: no hazard ratio can be estimated, ${n}${left}`;
  // A model may go without facts of which a property is not known.
  const used = first.estimate!.n === data.atRisk ? '' : ` (${first.estimate!.n} in the models)`;
  return `${EVENTS[data.event]}: ${n}${used}, ${first.events} events${left}; 95 % Wald intervals, robust by fact; dashed: no difference (1); ${NOT_ADJUSTED}`;
}

export const hazards = defineChart<HazardData, 'hazards'>({
  name: 'hazards',
  title: 'What goes with learning or losing sooner',
  about:
    'Hazard ratios: at how many times the rate the event comes to facts with a property, everything else in the model being equal. Right of the dashed line the event comes sooner; an interval that crosses it leaves open which way. It is association, not cause. The Cox model and the grouped-time model should agree.',
  group: 'learning',
  perDirection: true,
  choices: ({ manifest }) => [
    {
      name: 'event',
      label: 'Event',
      options: FACT_EVENTS.map((value) => ({ value, label: EVENTS[value] })),
    },
    {
      name: 'covariates',
      label: 'Properties',
      options: [
        { value: 'main', label: 'latent knowledge, popularity' },
        { value: 'lexical', label: 'their wording too' },
        ...(manifest.ontology.covariates.length > 0 ? [{ value: 'own', label: 'covariates of your tables too' }] : []),
      ],
    },
  ],
  ask: ({ trials, summary }, { direction, template, options }) =>
    direction === null || trials.length === 0 || !(summary !== null && summary.epochs > 0)
      ? null
      : {
          name: 'hazards',
          args: {
            ...{ direction, template, event: eventOf(options) },
            covariates: FURTHER.find((each) => each === options['covariates']) ?? 'main',
          },
        },
  data: (_run, { options }, found) => (found === undefined ? null : { event: eventOf(options), ...found }),
  table: (data) => ({
    columns: [
      'property',
      'model',
      'hazard ratio',
      'lower',
      'upper',
      'p',
      'n',
      'events',
      'not estimated because',
      'method',
    ],
    rows: [
      ...data.rows.map(({ term, model, estimate, coefficient, events, notEstimated }) => [
        ...[term, MODELS[model], estimate?.value ?? null, estimate?.lo ?? null, estimate?.hi ?? null],
        ...[coefficient?.p ?? null, estimate?.n ?? null, events, notEstimated, estimate?.method ?? null],
      ]),
      ...leftOutOf(data).map(({ why, facts }) => [
        ...['facts not at risk', null, null, null, null, null, facts, null, why, null],
      ]),
    ],
  }),
  note: noteOf,
  summary: (data) =>
    `Forest plot of hazard ratios, ${estimated(data).length} estimates. ${noteOf(data)}; see the numbers.`,
  component: HazardsChart,
});
