/** What every message between page and worker carries: the page's name for one job, and the sender's count. */
import * as v from 'valibot';

export const envelope = {
  runId: v.pipe(v.string(), v.minLength(1)),
  seq: v.pipe(v.number(), v.integer(), v.minValue(1)),
};

/** States of a run, and of a pretraining. */
export const RUN_STATES = ['idle', 'loading', 'probing', 'training', 'paused', 'done', 'failed', 'cancelled'] as const;
