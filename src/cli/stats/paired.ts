/** Two columns of a table beside each other: McNemar, Wilcoxon, Spearman. */
import { ALTERNATIVES, mcnemarChiSquare, mcnemarExact, spearman, transitions, wilcoxonSignedRank } from '../../stats';
import { Columns } from './columns';
import { interval, number, pValue, type Answer, type Method } from './method';
import type { DataTable } from './table';
import type { Given } from './values';

/** Gainers and losers of a table or of --counts. */
function changes(given: Given, table: DataTable | null) {
  if (table === null) {
    if (given.has('before') || given.has('after')) {
      throw given.fault(`${given.command} needs a table for --before and --after.`);
    }
    given.required('counts');
    const [losers, gainers] = given.counts('counts', 2) as [number, number];
    return { losers, gainers };
  }
  if (given.has('counts')) throw given.fault('--counts and a table exclude each other.');
  given.required('before', 'after');
  const rows = new Columns(given, table).marks('before').marks('after').complete();
  const after = rows.numbers('after');
  const pairs = rows.numbers('before').map((mark, i) => ({ before: mark === 1, after: after[i] === 1 }));
  const { kept, gainers, losers, never } = transitions(pairs);
  return { kept, gainers, losers, never, n: rows.count, dropped: rows.dropped };
}

const mcnemar: Method = {
  about: 'McNemar’s tests of paired right and wrong answers',
  help: `ontoscope stats mcnemar TABLE --before B --after A
ontoscope stats mcnemar --counts LOSERS,GAINERS

  --before, --after    columns of right and wrong: 1/0, true/false, yes/no
  --counts b,c         right then wrong, wrong then right`,
  table: 'optional',
  options: { before: { type: 'string' }, after: { type: 'string' }, counts: { type: 'string' } },
  run(given, table): Answer {
    const { dropped = {}, ...counts } = changes(given, table);
    const { losers, gainers } = counts;
    const corrected = mcnemarChiSquare(losers, gainers);
    const plain = mcnemarChiSquare(losers, gainers, false);
    const exact = { p: mcnemarExact(losers, gainers), method: 'McNemar, exact, two-sided' };
    const others = 'kept' in counts ? `; both right ${counts.kept}, both wrong ${counts.never}, n = ${counts.n}` : '';
    return {
      json: { ...counts, exact, corrected, plain },
      lines: [
        `right → wrong ${losers}, wrong → right ${gainers}${others}`,
        `exact p ${pValue(exact.p)}; χ² with correction ${number(corrected.statistic)}, p ${pValue(corrected.p)}; without ${number(plain.statistic)}, p ${pValue(plain.p)}`,
      ],
      warnings: [],
      dropped,
    };
  },
};

function twoSamples(given: Given, table: DataTable) {
  given.required('x', 'y');
  const rows = new Columns(given, table).numbers('x').numbers('y').complete();
  return { rows, x: rows.numbers('x'), y: rows.numbers('y') };
}

const wilcoxon: Method = {
  about: 'Wilcoxon’s signed-rank test of paired values',
  help: `ontoscope stats wilcoxon TABLE --x A --y B [options]

  --x, --y             columns of paired numbers
  --alternative KIND   of x against y: two-sided (default), greater or less`,
  table: 'needed',
  options: { x: { type: 'string' }, y: { type: 'string' }, alternative: { type: 'string' } },
  run(given, table): Answer {
    const { rows, x, y } = twoSamples(given, table);
    const alternative = given.choice('alternative', ALTERNATIVES, 'two-sided');
    const { method, ...result } = rows.run(() => wilcoxonSignedRank(x, y, alternative));
    return {
      json: { test: { ...result, method }, pairs: rows.count },
      lines: [`${method}: V = ${result.statistic}, n = ${result.n}, p ${pValue(result.p)}`],
      warnings: [],
      dropped: rows.dropped,
    };
  },
};

const spearmanMethod: Method = {
  about: 'Spearman’s rank correlation',
  help: `ontoscope stats spearman TABLE --x A --y B

  --x, --y             columns of paired numbers`,
  table: 'needed',
  options: { x: { type: 'string' }, y: { type: 'string' } },
  run(given, table): Answer {
    const { rows, x, y } = twoSamples(given, table);
    const { rho, p, method } = rows.run(() => spearman(x, y, given.level()));
    return {
      json: { rho, test: { p, method } },
      lines: [`rho ${interval(rho)}, n = ${rho.n}`, `p ${pValue(p)} (${method})`],
      warnings: [],
      dropped: rows.dropped,
    };
  },
};

export const PAIRED_METHODS: Record<string, Method> = { mcnemar, wilcoxon, spearman: spearmanMethod };
