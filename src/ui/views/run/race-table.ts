/** The numbers of the race at one moment, and the words beside them. Pure. */
import type { LatentBy } from '../../../app/latent-rule';
import { countLane, partAt, type Race } from '../../../app/race';
import { DIRECTION_LABEL } from '../../../core/direction';
import { epochText } from '../../../core/epoch';
import type { TemplateRole } from '../../../records/types';
import { formatCount } from '../../format';
import type { ChartTable } from '../../charts/chart-table';
import { STATIONS } from './race-geometry';
import { LATENT_BY, SET_MEANS } from './race-words';

/** How facts are asked and counted. */
interface RaceAsked {
  template: TemplateRole;
  latentBy: LatentBy;
}

/** Epoch that is on show at a moment of the race. */
const shownEpoch = ({ epochs }: Race, epoch: number) => epochs.findLast((each) => each <= epoch) ?? 0;

export function raceTable(race: Race, epoch: number): ChartTable {
  return {
    columns: ['epoch', 'direction', 'set', 'state', 'facts', 'n', 'share', 'lower', 'upper', 'method'],
    rows: race.lanes.flatMap((lane) => {
      const { n, counts, shares } = countLane(lane, epoch);
      return STATIONS.map((state) => {
        const share = shares?.[state] ?? null;
        return [
          ...[shownEpoch(race, epoch), DIRECTION_LABEL[lane.direction], SET_MEANS[lane.set], state, counts[state], n],
          ...[share?.value ?? null, share?.lo ?? null, share?.hi ?? null, share?.method ?? null],
        ];
      });
    }),
  };
}

export function momentWords(race: Race, epoch: number): string {
  const shown = shownEpoch(race, epoch);
  const part = partAt(race, shown);
  const words = shown === 0 ? 'before training' : `epoch ${epochText(shown)}`;
  return part === null ? words : `${words}, in part: ${formatCount(part.asked)} of ${formatCount(part.of)} facts asked`;
}

/** What race: other questions, other ways of counting, other moments are other files. */
export function raceName(race: Race, epoch: number, { template, latentBy }: RaceAsked): string {
  return `race-${template}-${latentBy}-epoch-${epochText(shownEpoch(race, epoch))}`;
}

export function raceNote(race: Race, epoch: number, { template, latentBy }: RaceAsked): string {
  const n = race.lanes.map((lane) => formatCount(countLane(lane, epoch).n)).join(', ');
  return `${momentWords(race, epoch)}; ${template} template, latent by ${LATENT_BY[latentBy]}; shares of the facts of a lane with 95 % Wilson intervals; n = ${n}`;
}
