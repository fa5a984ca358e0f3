/**
 * Hazard ratios of one run: what makes a fact learned sooner, and lost sooner.
 *
 * Promises: the models of a study of one cell, on the held-out question; from records alone. Must not know: text.
 */
import type { FactEvent } from '../../core/fact-event';
import type { StudyRow } from '../../records';
import { digestRun, withWithheld, type RunPlace, type RunRecords } from './digest';
import { survivalRows } from './pooled-survival';

const COVARIATES = ['latent', 'popularity'];
const EVENTS: readonly FactEvent[] = ['acquisition', 'degradation'];
const PLACE: RunPlace = { run: '', seed: 0, point: '', levels: {} };

/** In the order of directions within events; only directions with facts at risk. What is unknown is left out, with a warning. */
export function runHazards(records: RunRecords, level = 0.95): StudyRow[] {
  const analysis = { template: 'held-out' as const, sustained: 1, covariates: COVARIATES, level };
  const { events } = digestRun(records, PLACE, analysis);
  return EVENTS.flatMap((event) =>
    events
      .filter((each) => each.event === event && each.rows.length > 0)
      .flatMap(({ direction, rows, rehearsed }) =>
        survivalRows({
          point: PLACE.point,
          direction,
          event,
          rows: rows.map((row) => ({ ...row, place: PLACE })),
          rehearsed,
          covariates: event === 'degradation' ? withWithheld(['popularity']) : COVARIATES,
          factors: [],
          strata: 'run',
          level,
        }),
      )
      .filter(({ model }) => model === 'cox'),
  );
}
