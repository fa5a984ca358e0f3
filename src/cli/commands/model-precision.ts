/** `ontoscope model precision PATH`: what a model's weights lose where they are kept in fewer bits. */
import { comparePrecisions, KEPT_PRECISIONS, type BasePrecision, type PrecisionReport } from '../../experiment';
import { onlyArgument, parseCommand, usageError } from '../arguments';
import { formatBytes } from '../format';
import { CACHE_OPTION, modelOpener } from '../model-place';
import type { Terminal } from '../terminal';

const NAMES = Object.keys(KEPT_PRECISIONS).join(', ');

export const PRECISION_OPTION = `  --precision P    how the weights are kept: ${NAMES} (default: f32)`;

export const MODEL_PRECISION_HELP = `ontoscope model precision PATH [--json]
    What each weight loses in f16, int8, nf4 and nf4 with double quantisation, and the memory it then takes. Needs no GPU.`;

/** The precision that `--precision` names. */
export function precisionOption(name: string | undefined): BasePrecision {
  const precision = KEPT_PRECISIONS[name ?? 'f32'];
  if (precision && Object.hasOwn(KEPT_PRECISIONS, name ?? 'f32')) return precision;
  throw usageError(`--precision is “${name}”; it must be one of ${NAMES}.`, 'model');
}

export async function modelPrecision(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('model', argv, { json: { type: 'boolean' }, ...CACHE_OPTION });
  const folder = await modelOpener({ cache: values.cache, terminal })(
    onlyArgument(positionals, 'a model folder', 'model'),
  );
  const report = await comparePrecisions(folder);
  if (values.json) terminal.out(JSON.stringify(report, null, 2));
  else for (const line of describe(report)) terminal.out(line);
  return 0;
}

/** A line for each weight, a column for each precision: √(Σ(w − stored)² / Σw²) in percent. */
function describe({ name, fullBytes, precisions }: PrecisionReport): string[] {
  const weights = precisions.find((each) => each.weights)?.weights ?? [];
  const width = Math.max(16, ...weights.map((weight) => weight.name.length + 2));
  const line = (head: string, cells: string[]) => head.padEnd(width) + cells.map((cell) => cell.padStart(12)).join('');
  const columns = precisions.map((each) => each.name);
  return [
    `${name}: error of each weight against f32, in percent of its root mean square`,
    line('', ['f32', ...columns]),
    line('all weights', [
      formatBytes(fullBytes),
      ...precisions.map(({ weights: all, bytes }) => (all ? formatBytes(bytes) : '–')),
    ]),
    ...weights.map((weight, index) =>
      line(weight.name, [
        '0',
        ...precisions.map(({ weights: all }) => (all ? (100 * all[index]!.relativeRmse).toPrecision(3) : '–')),
      ]),
    ),
    ...precisions.flatMap((each) => (each.refused === null ? [] : [`${each.name}: ${each.refused}`])),
  ];
}
