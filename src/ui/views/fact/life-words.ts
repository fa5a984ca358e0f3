/** States and events of a fact in words, and a life as a table. Pure. */
import type { FactState } from '../../../stats';
import type { LifeEvent, LifeMoment } from '../../../app/estimates/fact-life';
import type { ChartTable } from '../../charts/chart-table';

export const STATE_LABELS: Record<FactState, string> = {
  unknown: 'unknown',
  latent: 'latent',
  known: 'known',
  lost: 'lost',
};

export const STATE_MARKS: Record<FactState, string> = { unknown: '○', latent: '◐', known: '●', lost: '✕' };

export const EVENT_LABELS: Record<LifeEvent, string> = {
  acquired: 'learned',
  generalized: 'generalized',
  lost: 'lost',
  're-acquired': 'learned again',
};

export function lifeTable(lanes: readonly { name: string; moments: readonly LifeMoment[] }[]): ChartTable {
  return {
    columns: ['direction', 'epoch', 'step', 'state', 'event', 'answer', 'right', 'log p', 'log q', 'found by samples'],
    rows: lanes.flatMap(({ name, moments }) =>
      moments.map(({ epoch, step, state, event, trial }) => [
        name,
        epoch,
        step,
        STATE_LABELS[state],
        event === null ? null : EVENT_LABELS[event],
        trial.answer,
        trial.answerHit ? 'yes' : 'no',
        trial.logProb,
        trial.logQ,
        trial.sampled === null ? null : `${trial.sampled.answerHits} of ${trial.sampled.samples}`,
      ]),
    ),
  };
}
