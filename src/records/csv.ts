/** Trials as a table for other programs: RFC 4180, one row per trial, columns in the order of the record. */
import { OWN_COVARIATE } from '../core/covariate-names';
import { rehearsedFacts } from './rehearsed';
import type { FactRecord, StepRecord, TrialRecord } from './types';

export type CsvCell = string | number | boolean | undefined;

const COLUMNS: readonly [name: string, cell: (trial: TrialRecord) => CsvCell][] = [
  ['fact', (trial) => trial.fact],
  ['identifier', (trial) => trial.identifier],
  ['term', (trial) => trial.term],
  ['direction', (trial) => trial.direction],
  ['seen', (trial) => trial.seen],
  ['stratum', (trial) => trial.stratum],
  ['epoch', (trial) => trial.epoch],
  ['step', (trial) => trial.step],
  ['template', (trial) => trial.template],
  ['tokens', (trial) => trial.tokens],
  ['tokenHit', (trial) => trial.tokenHit],
  ['tokensRight', (trial) => trial.tokensRight],
  ['answerHit', (trial) => trial.answerHit],
  ['outcome', (trial) => trial.outcome],
  ['digitsRight', (trial) => trial.digitsRight?.right],
  ['digits', (trial) => trial.digitsRight?.of],
  ['answer', (trial) => trial.answer],
  ['logProb', (trial) => trial.logProb],
  ['logQ', (trial) => trial.logQ],
  ['samples', (trial) => trial.sampled?.samples],
  ['sampledAnswerHits', (trial) => trial.sampled?.answerHits],
  ['sampledTokenHits', (trial) => trial.sampled?.tokenHits],
];
/** Only where some trial has ranks: other tables stay as they are. */
const RANKS: (typeof COLUMNS)[number] = ['ranks', (trial) => trial.ranks?.join(' ')];

/**
 * Header and rows, each ended by CRLF. What was not sampled is an empty cell; infinities are `-Infinity`, `Infinity`.
 * Ranks stand in one cell, separated by spaces. Where facts were rehearsed, a column says which. With facts, their popularity and covariates stand in every row: what a Cox model regresses on.
 */
export function trialsToCsv(
  trials: readonly TrialRecord[],
  facts: readonly FactRecord[] = [],
  steps: readonly Pick<StepRecord, 'rehearsed'>[] = [],
): string {
  const rehearsed = rehearsedFacts(steps);
  const columns = [
    ...COLUMNS,
    ...(trials.some(({ ranks }) => ranks !== null) ? [RANKS] : []),
    ...(rehearsed.size > 0 ? [['rehearsed', ({ fact }) => rehearsed.has(fact)] as (typeof COLUMNS)[number]] : []),
  ];
  const names = [...new Set(facts.flatMap(({ covariates }) => Object.keys(covariates)))].sort();
  const byKey = new Map(facts.map((fact) => [fact.fact, fact]));
  const ofFact = (fact: FactRecord | undefined): CsvCell[] =>
    facts.length === 0
      ? []
      : [
          fact?.rank,
          fact?.count ?? undefined,
          fact?.entity ?? undefined,
          ...names.map((name) => fact?.covariates[name] ?? undefined),
        ];
  const fixed = [...columns.map(([name]) => name), ...(facts.length === 0 ? [] : ['rank', 'count', 'entity'])];
  // A covariate of the name of another column keeps a column of its own.
  const header = [...fixed, ...names.map((name) => (fixed.includes(name) ? `${OWN_COVARIATE}${name}` : name))];
  const rows = trials.map((trial) => [...columns.map(([, cell]) => cell(trial)), ...ofFact(byKey.get(trial.fact))]);
  return [header, ...rows].map(csvLine).join('');
}

/** Cells with the line break that ends them; an undefined one is empty. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(quote).join(',')}\r\n`;
}

/** Quoted where it holds a comma, a quote or a line break; a quote inside is doubled. */
function quote(value: CsvCell): string {
  const text = value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
