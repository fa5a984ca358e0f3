/** Trials as a table for other programs: RFC 4180, one row per trial, columns in the order of the record. */
import type { FactRecord, TrialRecord } from './types';

type Cell = string | number | boolean | undefined;

const COLUMNS: readonly [name: string, cell: (trial: TrialRecord) => Cell][] = [
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

/**
 * Header and rows, each ended by CRLF. What was not sampled is an empty cell; infinities are `-Infinity`, `Infinity`.
 * With facts, their popularity and covariates stand in every row: what a Cox model regresses on.
 */
export function trialsToCsv(trials: readonly TrialRecord[], facts: readonly FactRecord[] = []): string {
  const names = [...new Set(facts.flatMap(({ covariates }) => Object.keys(covariates)))].sort();
  const byKey = new Map(facts.map((fact) => [fact.fact, fact]));
  const ofFact = (fact: FactRecord | undefined): Cell[] =>
    facts.length === 0
      ? []
      : [
          fact?.rank,
          fact?.count ?? undefined,
          fact?.entity ?? undefined,
          ...names.map((name) => fact?.covariates[name] ?? undefined),
        ];
  const header = [
    ...COLUMNS.map(([name]) => name),
    ...(facts.length === 0 ? [] : ['rank', 'count', 'entity', ...names]),
  ];
  const rows = trials.map((trial) => [...COLUMNS.map(([, cell]) => cell(trial)), ...ofFact(byKey.get(trial.fact))]);
  return [header, ...rows].map((row) => `${row.map(quote).join(',')}\r\n`).join('');
}

/** Quoted where it holds a comma, a quote or a line break; a quote inside is doubled. */
function quote(value: Cell): string {
  const text = value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
