/** Why the training of a direction ended, in one sentence. Must not know: how it is shown. */
import type { Direction } from '../core/direction';
import { epochText } from '../core/epoch';
import type { ExperimentSpec } from '../spec/schema';
import type { Manifest } from './types';

type EarlyStopping = NonNullable<ExperimentSpec['train']['earlyStopping']>;

const MEASURES: Record<EarlyStopping['measure'], string> = {
  'training-loss': 'the loss of the training',
  'seen-accuracy': 'the accuracy of seen facts',
  'language-loss': 'the loss on texts never trained',
};

/** Null while a direction is still to come, and where nothing is known of its end. */
export function endingText(
  { state, endings, spec }: Pick<Manifest, 'state' | 'endings' | 'spec'>,
  direction: Direction,
): string | null {
  const ending = endings.find((each) => each.direction === direction);
  const { epochs, earlyStopping } = spec.train;
  if (!ending) {
    if (state === 'cancelled') return 'Not trained to its end: what there is, is a partial record.';
    return state === 'failed' ? 'Not trained to its end: the run stopped at an error.' : null;
  }
  const { step, epoch, reason } = ending;
  if (reason === 'all-steps') {
    return step === 0
      ? 'Not trained: none was asked for.'
      : `Trained to its end: epoch ${epochText(epoch)}, step ${step}.`;
  }
  const why = earlyStopping ? `: ${noImprovement(earlyStopping)}` : '';
  return `Ended early, at epoch ${epochText(epoch)} of ${epochs} (step ${step})${why}.`;
}

function noImprovement({ measure, patience, minImprovement }: EarlyStopping): string {
  const by = minImprovement > 0 ? ` by more than ${minImprovement}` : '';
  const times = patience === 1 ? 'at one evaluation' : `at ${patience} evaluations in a row`;
  return `${MEASURES[measure]} did not improve${by} ${times}`;
}
