/** `ontoscope stats METHOD TABLE`: the statistics on any CSV or TSV. */
import { nameNonFinite } from '../../records';
import { parseCommand, usageError } from '../arguments';
import { COX_METHODS } from '../stats/cox';
import { readTable } from '../stats/data';
import { GROUPED_METHODS } from '../stats/grouped';
import type { Method, Values } from '../stats/method';
import { SURVIVAL_METHODS } from '../stats/survival';
import { TEST_METHODS } from '../stats/tests';
import type { Terminal } from '../terminal';

const METHODS: Record<string, Method> = { ...SURVIVAL_METHODS, ...COX_METHODS, ...GROUPED_METHODS, ...TEST_METHODS };
const COMMON = {
  json: { type: 'boolean' },
  level: { type: 'string' },
  where: { type: 'string', multiple: true },
} as const;
const COMMON_HELP = `
  --where c=v        only rows whose column c is v; may be given many times
  --level 0.95       confidence level
  --json             one JSON document on stdout`;

export const STATS_HELP = `ontoscope stats METHOD [TABLE] [options]

Statistics on a CSV or TSV with a header row. Rows with a missing value (empty, NA) in a column that is needed are left
out and counted. ontoscope stats METHOD --help says more.

${Object.entries(METHODS)
  .map(([name, { about }]) => `  ${name.padEnd(15)}${about}`)
  .join('\n')}
${COMMON_HELP}`;

export async function statsCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined) throw usageError(`stats needs a method: ${Object.keys(METHODS).join(', ')}.`, 'stats');
  const method = Object.hasOwn(METHODS, name) ? METHODS[name]! : null;
  if (method === null)
    throw usageError(`There is no method “${name}”; there is ${Object.keys(METHODS).join(', ')}.`, 'stats');
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(method.help + COMMON_HELP);
    return 0;
  }
  const { values, positionals } = parseCommand(`stats ${name}`, rest, { ...method.options, ...COMMON });
  if (positionals.length > 1)
    throw usageError(`stats ${name} takes one table; “${positionals[1]}” is too much.`, `stats ${name}`);
  if (method.table && positionals.length === 0) throw usageError(`stats ${name} needs a table.`, `stats ${name}`);
  const table = positionals.length === 0 ? null : await readTable(positionals[0]!);
  for (const condition of (values as Values)['where'] === undefined ? [] : (values.where as string[]))
    table?.where(condition);
  const answer = method.run(values, table);
  const dropped = Object.entries(answer.dropped ?? {});
  if (values.json) {
    const document = { method: name, ...answer.json, dropped: answer.dropped ?? {}, warnings: answer.warnings };
    terminal.out(JSON.stringify(document, plainNumbers, 2));
    return 0;
  }
  for (const line of answer.lines) terminal.out(line);
  if (dropped.length > 0) {
    terminal.log(`left out for missing values: ${dropped.map(([column, rows]) => `${column} ${rows}`).join(', ')}`);
  }
  for (const { message, hint } of answer.warnings) terminal.log(`warning: ${message} ${hint}`);
  return 0;
}

/** Typed arrays as lists; numbers that JSON has no word for by name. */
function plainNumbers(key: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, (entry) => nameNonFinite(key, entry));
  return nameNonFinite(key, value);
}
