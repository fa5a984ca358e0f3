/**
 * The life of one fact under one template: what it answered at each evaluation, what state it was in, and what happened
 * between two evaluations. Pure.
 *
 * Promises: an event stands at the first evaluation that shows it; facts that were never asked have no life.
 */
import { epochText } from '../../core/epoch';
import { factSet, type FactRecord, type FactSet, type TemplateRole, type TrialRecord } from '../../records';
import { factStates, type FactState, type StateOptions } from '../../stats';

/** `acquired`: right for the first time, of what was trained; `generalized`: of what was not. */
export type LifeEvent = 'acquired' | 'generalized' | 'lost' | 're-acquired';

export interface LifeMoment {
  epoch: number;
  step: number;
  trial: TrialRecord;
  state: FactState;
  /** What happened since the evaluation before; null: nothing, or there was none before. */
  event: LifeEvent | null;
}

/**
 * @param trials of any facts; those of `fact` under `template` are taken
 * @param rehearsed keys of withheld facts that were rehearsed
 * @param options the rule of latent knowledge
 */
export function lifeOf(
  trials: readonly TrialRecord[],
  fact: string,
  template: TemplateRole,
  rehearsed: ReadonlySet<string>,
  options: StateOptions,
): LifeMoment[] {
  const own = trials
    .filter((trial) => trial.fact === fact && trial.template === template)
    .sort((a, b) => a.epoch - b.epoch);
  const states = factStates(own, options).get(`${template}|${fact}`) ?? [];
  let known = false;
  return own.map((trial, index) => {
    const before = own[index - 1];
    const event = before === undefined ? null : eventBetween(before, trial, known, factSet(trial, rehearsed));
    known ||= trial.answerHit;
    return { epoch: trial.epoch, step: trial.step, trial, state: states[index]!.state, event };
  });
}

function eventBetween(before: TrialRecord, now: TrialRecord, known: boolean, set: FactSet): LifeEvent | null {
  if (before.answerHit === now.answerHit) return null;
  if (!now.answerHit) return 'lost';
  return known ? 're-acquired' : set === 'withheld' ? 'generalized' : 'acquired';
}

const EVENT_WORDS: Record<LifeEvent, string> = {
  acquired: 'learned',
  generalized: 'right without having been trained',
  lost: 'lost',
  're-acquired': 'right again',
};

/** A life in a sentence: how it began, each event with its epoch, how it ended. */
export function lifeText(moments: readonly LifeMoment[]): string {
  const first = moments[0];
  if (first === undefined) return 'It was never asked.';
  const latent = first.state === 'latent' ? ', though within reach,' : '';
  const start = `${first.trial.answerHit ? 'Right' : 'Wrong'}${latent} ${first.epoch === 0 ? 'before training' : `after epoch ${epochText(first.epoch)}`}`;
  const events = moments.flatMap(({ event, epoch }) =>
    event === null ? [] : [`${EVENT_WORDS[event]} at epoch ${epochText(epoch)}`],
  );
  const last = moments.at(-1)!;
  const answered = last.trial.answerHit ? 'right' : 'wrong';
  if (events.length === 0 && moments.length > 1)
    return `${start}, and ${answered} ever since, up to epoch ${epochText(last.epoch)}.`;
  return `${[start, ...events, ...(moments.length > 1 ? [`${answered} at the end`] : [])].join('; ')}.`;
}

export interface FactPlace {
  previous: string | null;
  next: string | null;
  /** 1-based among those it is shown with. */
  index: number;
  of: number;
}

/**
 * Where a fact stands among the chosen ones, in the order of the records; without a choice, or with one that does not hold
 * it, among all of its direction.
 */
export function placeOfFact(
  facts: readonly FactRecord[],
  fact: FactRecord,
  chosen: ReadonlySet<string> | null,
): FactPlace {
  const among = facts.filter((each) =>
    chosen?.has(fact.fact) ? chosen.has(each.fact) : each.direction === fact.direction,
  );
  const at = among.findIndex((each) => each.fact === fact.fact);
  return {
    previous: among[at - 1]?.fact ?? null,
    next: among[at + 1]?.fact ?? null,
    index: at + 1,
    of: among.length,
  };
}
