/** Gainers and losers: who turned right and who turned wrong, with the paired test. */
import { groupsOf, type Groups } from '../../../app/estimates/groups';
import { epochText } from '../../../core/epoch';
import { formatP } from '../../format';
import { defineChart } from '../chart';
import { groupNote } from '../notes';
import TransitionsChart from './TransitionsChart.svelte';

export const transitions = defineChart<Groups>({
  name: 'transitions',
  title: 'Gainers and losers',
  about:
    'Facts that turned right grow to the right, facts that turned wrong to the left; those that stayed as they were are written beneath. McNemar’s test asks whether as many turned one way as the other.',
  group: 'learning',
  perDirection: true,
  data(run, view) {
    const found = groupsOf(run, view);
    return found !== null && found.lastEpoch > 0 ? found : null;
  },
  legend: () => [
    { label: 'gainers: wrong → right', tone: 'gain' },
    { label: 'losers: right → wrong', tone: 'loss' },
  ],
  table: ({ groups }) => ({
    columns: ['set', 'facts', 'right throughout', 'gainers', 'losers', 'wrong throughout', 'McNemar p'],
    rows: groups.map(({ set, facts, transitions: { kept, gainers, losers, never, mcnemarP } }) => [
      ...[set, facts],
      ...[kept, gainers, losers, never, mcnemarP],
    ]),
  }),
  note: ({ groups, lastEpoch }) =>
    `before training against epoch ${epochText(lastEpoch)}; exact McNemar test; ${groupNote(groups)}`,
  summary: ({ groups }) =>
    `${groups
      .map(
        ({ set, transitions: { gainers, losers, mcnemarP } }) =>
          `${set} ${gainers} gainers, ${losers} losers, ${formatP(mcnemarP)}`,
      )
      .join('; ')}.`,
  component: TransitionsChart,
});
