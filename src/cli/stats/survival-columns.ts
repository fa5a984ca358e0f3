/** Times, events and entries of a table: the options and columns that all survival methods share. */
import { requireSurvival } from '../../stats';
import type { Columns, CompleteRows } from './columns';

export const TIME_OPTIONS = { time: { type: 'string' }, event: { type: 'string' }, start: { type: 'string' } } as const;

export const TIME_HELP = `  --time T             column of the time of the event or of the last look
  --event E            column that marks events: 1/0, true/false, yes/no (1/2 as in R, 2 the event)
  --start S            column of the time of entry: at risk on (start, time]`;

export const timeColumns = (columns: Columns): Columns => columns.numbers('time').events('event').numbers('start');

export interface Times {
  time: number[];
  event: number[];
  start?: number[];
}

/** Checked here, while a row's number still leads to its line: groups are made of them after. */
export function timesOf(method: string, rows: CompleteRows): Times {
  const times = { time: rows.numbers('time'), event: rows.numbers('event'), ...rows.someNumbers('start') };
  rows.run(() => requireSurvival(method, times));
  return times;
}

/** The rows at these places. */
export function pickTimes({ time, event, start }: Times, places: readonly number[]): Times {
  const pick = (values: readonly number[]) => places.map((i) => values[i]!);
  return { time: pick(time), event: pick(event), ...(start === undefined ? {} : { start: pick(start) }) };
}
