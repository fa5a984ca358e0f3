/** Who gained and who lost: the facts that turned, with their log q before and after. */
import { turnedFactsOf, type TurnedFacts } from '../../../app/estimates/gainers';
import { epochText } from '../../../core/epoch';
import { defineChart } from '../chart';
import GainersTable from './GainersTable.svelte';

const count = ({ facts }: TurnedFacts, turned: 'gained' | 'lost') =>
  facts.filter((fact) => fact.turned === turned).length;
const noteOf = (data: TurnedFacts) =>
  `${count(data, 'gained')} gained and ${count(data, 'lost')} lost of n = ${data.n} facts, before training against epoch ${epochText(data.epoch)}; exact log q of single facts at T = ${data.temperature}, so there is no interval`;

export const gainers = defineChart<TurnedFacts>({
  name: 'gainers',
  title: 'Which facts turned',
  about:
    'The facts that turned right or wrong, with the log-probability of the right answer at the sampling temperature before training and now (log q, nats; nearer to 0 is surer). The largest change stands first; a fact opens its own page.',
  group: 'learning',
  perDirection: true,
  data: turnedFactsOf,
  table: ({ facts, temperature }) => ({
    columns: ['fact', 'term', 'identifier', 'set', 'turned', 'log q before', 'log q after', 'change', 'T'],
    rows: facts.map(({ fact, term, identifier, set, turned, before, after }) => [
      ...[fact, term, identifier, set, turned],
      ...[before, after, after - before, temperature],
    ]),
  }),
  note: noteOf,
  summary: (data) => `Table of facts that turned. ${noteOf(data)}.`,
  component: GainersTable,
});
