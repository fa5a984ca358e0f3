/**
 * Trials as counting-process rows: when each fact was at risk of an event, and whether it came.
 *
 * Acquisition: seen facts that were wrong before training; the event is the first evaluation with a right answer, or the
 * first of m right ones in a row. Generalization: the same for withheld facts. Degradation: facts that are right; the event
 * is the first wrong evaluation. From the baseline: facts right before training, clock 0. From any time: the clock
 * starts at the first right evaluation, rows are (start, time].
 *
 * Promises: withheld facts that were rehearsed stand in no row where they are named; facts known before training are left out of acquisition and counted; a fact without its event is censored at
 * its last evaluation. Times are evaluation epochs: with evaluations every n epochs an event is known to within n (interval
 * censoring; grouped-time models take it for what it is). Of m evaluations in a row the last m − 1 can begin none that is
 * seen to its end: there the rate is 0 by construction, and no model of event times is touched by it.
 * Must not know: models of these rows.
 */
import type { Direction } from '../core/direction';
import { FACT_EVENTS, type FactEvent } from '../core/fact-event';
import type { FactRecord, TemplateRole, TrialRecord } from '../records/types';
import { badInput } from './checks';
import { isLatent } from './events';
import { baselineOf, factHistories, lastOf, type FactHistory } from './histories';

export interface CountingOptions {
  event: FactEvent;
  /** Right (for degradation: wrong) at so many evaluations in a row. Default 1. */
  sustained?: number;
  /** Degradation only. Default `baseline`. */
  from?: 'baseline' | 'any-time';
  /**
   * Withheld facts that were trained all the same, beside what was learned (`rehearsedFacts` of the steps): they say
   * nothing of facts that were left alone, so generalization and degradation go without them. Default none.
   */
  rehearsed?: ReadonlySet<string>;
  /** Whose covariates are carried along. */
  facts?: readonly FactRecord[];
  /** Further covariates by fact; they win over those of `facts`. */
  covariatesOf?: (fact: string) => Readonly<Record<string, number | null>>;
}

export interface CountingRow {
  fact: string;
  identifier: string;
  direction: Direction;
  template: TemplateRole;
  seen: boolean;
  stratum: number;
  /** Right in at least one sample before training though wrong greedily; null where nothing was sampled. */
  latent: boolean | null;
  /** log q before training (nats), at the sampling temperature. */
  baselineLogQ: number;
  /** At risk on (start, time]. */
  start: number;
  time: number;
  event: boolean;
  covariates: Readonly<Record<string, number | null>>;
}

export interface CountingRows {
  rows: CountingRow[];
  /** Facts right before training: not at risk of acquisition or generalization. */
  known: number;
  /** Facts of the group that have no evaluation before training, or none after it. */
  unobserved: number;
  /** Facts left out because they were rehearsed. */
  rehearsed: number;
  events: number;
}

/** Throws `stats-input` for an event, a clock or a number of evaluations that is none, `record-invalid` for trials that clash. */
export function countingRows(trials: readonly TrialRecord[], options: CountingOptions): CountingRows {
  const { event, sustained = 1, from = 'baseline', rehearsed, facts = [], covariatesOf } = options;
  if (!FACT_EVENTS.includes(event)) {
    throw badInput('Counting process', `the event is ${String(event)}`, `Use one of ${FACT_EVENTS.join(', ')}.`);
  }
  if (from !== 'baseline' && from !== 'any-time') {
    throw badInput('Counting process', `the clock starts from ${String(from)}`, 'Use baseline or any-time.');
  }
  if (!(Number.isInteger(sustained) && sustained >= 1)) {
    throw badInput(
      'Counting process',
      `${sustained} evaluations in a row are asked for`,
      'Give a whole number, 1 or more.',
    );
  }
  const covariates = new Map(
    facts.map((record) => [record.fact, { ...record.covariates, count: record.count, rank: record.rank }]),
  );
  const result: CountingRows = { rows: [], known: 0, unobserved: 0, rehearsed: 0, events: 0 };
  for (const history of factHistories(trials)) {
    const first = history.trials[0]!;
    if ((event === 'acquisition' && !first.seen) || (event === 'generalization' && first.seen)) continue;
    if (!first.seen && rehearsed?.has(history.fact)) {
      result.rehearsed += 1;
      continue;
    }
    const baseline = baselineOf(history);
    if (baseline === undefined || history.trials.length < 2) {
      result.unobserved += 1;
      continue;
    }
    if (baseline.answerHit) result.known += 1;
    const span =
      event === 'degradation'
        ? lossOf(history, from, sustained)
        : baseline.answerHit
          ? null
          : gainOf(history, sustained);
    if (span === null || span.time <= span.start) continue;
    if (span.event) result.events += 1;
    result.rows.push({
      fact: history.fact,
      identifier: first.identifier,
      direction: first.direction,
      template: first.template,
      seen: first.seen,
      stratum: first.stratum,
      latent: isLatent(baseline),
      baselineLogQ: baseline.logQ,
      ...span,
      covariates: { ...covariates.get(history.fact), ...covariatesOf?.(history.fact) },
    });
  }
  return result;
}

type Span = Pick<CountingRow, 'start' | 'time' | 'event'>;

function gainOf(history: FactHistory, sustained: number): Span {
  const acquired = firstRun(history.trials, (trial) => trial.answerHit, sustained);
  return { start: 0, time: (acquired ?? lastOf(history)).epoch, event: acquired !== null };
}

/** Null where the fact is never at risk: not right when the clock would start. */
function lossOf(history: FactHistory, from: 'baseline' | 'any-time', sustained: number): Span | null {
  const begin =
    from === 'baseline'
      ? history.trials[0]!.answerHit
        ? 0
        : -1
      : history.trials.findIndex((trial) => trial.answerHit);
  if (begin < 0) return null;
  const later = history.trials.slice(begin + 1);
  const lost = firstRun(later, (trial) => !trial.answerHit, sustained);
  return { start: history.trials[begin]!.epoch, time: (lost ?? lastOf(history)).epoch, event: lost !== null };
}

/** The first trial of the first unbroken run of so many that pass. */
function firstRun(
  trials: readonly TrialRecord[],
  passes: (trial: TrialRecord) => boolean,
  length: number,
): TrialRecord | null {
  let run = 0;
  for (const [index, trial] of trials.entries()) {
    run = passes(trial) ? run + 1 : 0;
    if (run === length) return trials[index - length + 1]!;
  }
  return null;
}
