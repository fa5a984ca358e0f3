/** Trials as a table for other programs: RFC 4180, one row per trial, columns in the order of the record. */
import type { TrialRecord } from './types';

const COLUMNS: readonly [name: string, cell: (trial: TrialRecord) => string | number | boolean | undefined][] = [
  ['fact', (trial) => trial.fact],
  ['identifier', (trial) => trial.identifier],
  ['term', (trial) => trial.term],
  ['direction', (trial) => trial.direction],
  ['seen', (trial) => trial.seen],
  ['stratum', (trial) => trial.stratum],
  ['epoch', (trial) => trial.epoch],
  ['template', (trial) => trial.template],
  ['tokens', (trial) => trial.tokens],
  ['tokenHit', (trial) => trial.tokenHit],
  ['answerHit', (trial) => trial.answerHit],
  ['answer', (trial) => trial.answer],
  ['logProb', (trial) => trial.logProb],
  ['logQ', (trial) => trial.logQ],
  ['samples', (trial) => trial.sampled?.samples],
  ['sampledAnswerHits', (trial) => trial.sampled?.answerHits],
  ['sampledTokenHits', (trial) => trial.sampled?.tokenHits],
];

/** Header and rows, each ended by CRLF. What was not sampled is an empty cell; infinities are `-Infinity`, `Infinity`. */
export function trialsToCsv(trials: readonly TrialRecord[]): string {
  const rows = [COLUMNS.map(([name]) => name), ...trials.map((trial) => COLUMNS.map(([, cell]) => cell(trial)))];
  return rows.map((row) => `${row.map(quote).join(',')}\r\n`).join('');
}

/** Quoted where it holds a comma, a quote or a line break; a quote inside is doubled. */
function quote(value: string | number | boolean | undefined): string {
  const text = value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
