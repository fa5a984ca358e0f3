/** The rows of a token strip, what fills a cell, and what a cell says in words. Pure. */
import { epochText } from '../../../core/epoch';
import type { TokenGrid, TokenRow } from '../../../app/estimates/fact-tokens';
import type { ChartTable } from '../../charts/chart-table';

/** The whole label first, then its tokens. */
export function rowsOf({ moments, rows }: TokenGrid): TokenRow[] {
  const whole = {
    piece: null,
    logProb: moments.map(({ logProb }) => logProb),
    rank: moments.map(() => null),
  };
  return [whole, ...rows];
}

/** A token as it can be seen: spaces as dots. @param index of the token; −1: the whole label */
export function pieceText(piece: string | null, index: number): string {
  if (index < 0) return 'whole label';
  if (piece === null) return `token ${index + 1}`;
  return piece.replaceAll(/[ \u00a0]/g, '·').replaceAll('\n', '⏎') || '(empty)';
}

/** How full a cell is, 0…1: the probability, or 1/rank; null where nothing was recorded. */
export function fillOf({ logProb, rank }: TokenRow, moment: number): number | null {
  const value = logProb[moment];
  if (value !== null && value !== undefined) return Math.exp(value);
  const place = rank[moment];
  return place === null || place === undefined ? null : 1 / place;
}

export function percent(share: number): string {
  const value = share * 100;
  return value > 0 && value < 1 ? '<1' : String(Math.round(value));
}

const probability = (share: number) => (share >= 0.001 ? share.toFixed(3) : share.toExponential(1));

export function cellWords(grid: TokenGrid, row: number, moment: number): string {
  const { epoch, right } = grid.moments[moment]!;
  const found = rowsOf(grid)[row]!;
  const [logProb, rank] = [found.logProb[moment] ?? null, found.rank[moment] ?? null];
  const of =
    row === 0 ? 'the whole label' : `token ${row} of ${grid.rows.length}, “${pieceText(found.piece, row - 1)}”`;
  const parts = [
    logProb === null ? null : `p = ${probability(Math.exp(logProb))} (log p ${logProb.toFixed(2)})`,
    rank === null ? null : `rank ${rank}`,
    row === 0 ? `the greedy answer is ${right ? 'right' : 'wrong'}` : null,
  ].filter((part) => part !== null);
  return `Epoch ${epochText(epoch)}, ${of}: ${parts.join(', ') || 'not recorded'}.`;
}

/** The strip's numbers: a row an evaluation and token. */
export function stripTable(grid: TokenGrid): ChartTable {
  return {
    columns: ['epoch', 'token', 'text', 'log p', 'p', 'rank'],
    rows: grid.moments.flatMap(({ epoch }, moment) =>
      rowsOf(grid).map(({ piece, logProb, rank }, row) => {
        const value = logProb[moment] ?? null;
        return [
          epoch,
          row === 0 ? null : row,
          row === 0 ? 'whole label' : piece,
          value,
          value === null ? null : Math.exp(value),
          rank[moment] ?? null,
        ];
      }),
    ),
  };
}
