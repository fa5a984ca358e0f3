/** `ontoscope stats METHOD TABLE`: the statistics on any CSV or TSV. */
import type { StatsWarning } from '../../core/estimate';
import { nameNonFinite } from '../../records';
import { parseCommand, usageError } from '../arguments';
import { readNamedText } from '../node-folder';
import { droppedRows } from '../stats/columns';
import type { Answer, Method } from '../stats/method';
import { METHODS } from '../stats/registry';
import { parseTable, type DataTable } from '../stats/table';
import { Given } from '../stats/values';
import type { Terminal } from '../terminal';

const COMMON = { json: { type: 'boolean' }, level: { type: 'string' } } as const;
const WHERE = { where: { type: 'string', multiple: true } } as const;
const WHERE_HELP = `
  --where c=v          only rows whose column c is v; may be given many times`;
const COMMON_HELP = `
  --level 0.95         confidence level
  --json               one JSON document on stdout`;

export const STATS_HELP = `ontoscope stats METHOD [TABLE] [options]

Statistics on a CSV or TSV with a header row. Rows with a missing value (an empty field, NA, N/A, NaN, null or .) in a
column that is needed are left out and counted. ontoscope stats METHOD --help says more.

${[...METHODS].map(([name, { about }]) => `  ${name.padEnd(15)}${about}`).join('\n')}
${WHERE_HELP}${COMMON_HELP}`;

export async function statsCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = argv;
  const known = [...METHODS.keys()].join(', ');
  if (name === undefined) throw usageError(`stats needs a method: ${known}.`, 'stats');
  const method = METHODS.get(name);
  if (method === undefined) throw usageError(`There is no method “${name}”; there is ${known}.`, 'stats');
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(method.help + (method.table === 'none' ? '\n' : WHERE_HELP) + COMMON_HELP);
    return 0;
  }
  const command = `stats ${name}`;
  const options = { ...method.options, ...(method.table === 'none' ? {} : WHERE), ...COMMON };
  const { values, positionals } = parseCommand(command, rest, options);
  const given = new Given(values, command);
  const table = await tableOf(method, positionals, given);
  const { json, lines, dropped = {}, warnings } = answerOf(method, given, table);
  const all = [...(table?.warnings ?? []), ...warnings];
  if (given.flag('json')) {
    const document = { command, ...(table ? { table: table.file } : {}), ...json, dropped, warnings: all };
    terminal.out(JSON.stringify(document, plainNumbers, 2));
  } else for (const line of lines) terminal.out(line);
  tell(dropped, all, terminal);
  return 0;
}

async function tableOf(method: Method, positionals: readonly string[], given: Given): Promise<DataTable | null> {
  const [path, tooMuch] = positionals;
  if (method.table === 'none' && path !== undefined) {
    throw given.fault(`${given.command} takes no table; “${path}” is too much.`);
  }
  if (tooMuch !== undefined) throw given.fault(`${given.command} takes one table; “${tooMuch}” is too much.`);
  if (path !== undefined) {
    const table = parseTable(await readNamedText(path));
    for (const condition of given.each('where')) table.where(condition, given.command);
    return table;
  }
  if (method.table === 'needed') throw given.fault(`${given.command} needs a table.`);
  if (given.has('where')) throw given.fault('--where needs a table.');
  return null;
}

function answerOf(method: Method, given: Given, table: DataTable | null): Answer {
  if (method.table === 'none') return method.run(given);
  return method.table === 'needed' ? method.run(given, table!) : method.run(given, table);
}

function tell(dropped: Readonly<Record<string, number>>, warnings: readonly StatsWarning[], terminal: Terminal): void {
  for (const line of droppedRows(new Map(Object.entries(dropped)))) terminal.log(line);
  for (const { message, hint } of warnings) terminal.log(`warning: ${message} ${hint}`);
}

/** Typed arrays as lists; numbers that JSON has no word for by name. */
function plainNumbers(key: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, (entry) => nameNonFinite(key, entry));
  return nameNonFinite(key, value);
}
