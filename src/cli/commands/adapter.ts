/** `ontoscope adapter inspect|merge`: a LoRA adapter by itself. */
import path from 'node:path';
import {
  inspectAdapterFolder,
  mergeIntoModel,
  WRITTEN_DTYPES,
  type InspectedAdapter,
  type WrittenDtype,
} from '../../experiment';
import { onlyArgument, parseCommand, usageError } from '../arguments';
import { formatBytes, formatCount } from '../format';
import { openNodeFolder } from '../node-folder';
import { CACHE_HELP, CACHE_OPTION, modelOpener } from '../model-place';
import type { Terminal } from '../terminal';
import { refuseExisting, replaceFile } from '../write-files';

export const ADAPTER_HELP = `ontoscope adapter inspect DIR [--model DIR] [--json]
    What a folder in PEFT layout holds, or why it is not read. With --model its tensors are held against the model's.

ontoscope adapter merge --model DIR --adapter DIR --out DIR [--dtype f32|f16] [--force] [--json]
    The model with the adapter worked into its weights, as a folder that opens as any model.

A model is a folder, one of the hub or of an address.
${CACHE_HELP}`;

export function adapterCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [action, ...rest] = argv;
  if (action === 'inspect') return inspect(rest, terminal);
  if (action === 'merge') return merge(rest, terminal);
  throw usageError(`adapter needs inspect or merge${action ? `, not “${action}”` : ''}.`, 'adapter');
}

async function inspect(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('adapter', argv, {
    model: { type: 'string' },
    ...CACHE_OPTION,
    json: { type: 'boolean' },
  });
  const folder = await openNodeFolder(onlyArgument(positionals, 'an adapter’s folder', 'adapter'), 'adapter');
  const model = values.model === undefined ? null : await modelOpener({ ...values, terminal })(values.model);
  const report = await inspectAdapterFolder(folder, model);
  if (values.json) terminal.out(JSON.stringify(report, null, 2));
  else for (const line of describe(report)) terminal.out(line);
  return 0;
}

function describe(report: InspectedAdapter): string[] {
  const { layers } = report;
  const consecutive = layers.every((layer, i) => layer === layers[0]! + i);
  const rows: [string, string][] = [
    ['adapter', report.name],
    ['method', METHOD_NAMES[report.method]],
    ['rank', `${report.rank}, alpha ${report.alpha}: scaled by ${report.scale}`],
    ['base', report.baseModel || 'not named'],
    ['family', report.families.join(' or ')],
    ['modules', report.modules.join(', ')],
    ['layers', consecutive ? `${layers[0]}–${layers.at(-1)}` : layers.join(', ')],
    ['tensors', `${report.tensors}, ${report.dtypes.join(' and ')}`],
    ['parameters', formatCount(report.parameters)],
    ...report.warnings.map((warning): [string, string] => ['note', warning]),
    ...(report.model ? ([['fits', `${report.model.name} (${report.model.architecture})`]] as [string, string][]) : []),
  ];
  return rows.map(([name, value]) => `${name.padEnd(12)}${value}`);
}

const METHOD_NAMES: Record<InspectedAdapter['method'], string> = {
  lora: 'LoRA',
  rslora: 'rsLoRA',
  dora: 'DoRA',
  rsdora: 'DoRA, scaled as rsLoRA',
};

async function merge(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('adapter', argv, {
    model: { type: 'string' },
    adapter: { type: 'string' },
    out: { type: 'string' },
    dtype: { type: 'string' },
    force: { type: 'boolean' },
    ...CACHE_OPTION,
    json: { type: 'boolean' },
  });
  const { model, adapter, out, dtype = 'f32' } = values;
  if (positionals.length > 0) throw usageError(`“${positionals[0]}” is too much.`, 'adapter');
  if (!model || !adapter || !out) throw usageError('adapter merge needs --model, --adapter and --out.', 'adapter');
  if (!(WRITTEN_DTYPES as readonly string[]).includes(dtype)) {
    throw usageError(`--dtype is ${WRITTEN_DTYPES.join(' or ')}, not “${dtype}”.`, 'adapter');
  }
  if (!values.force) await refuseExisting(out);
  const merged = await mergeIntoModel(
    await modelOpener({ ...values, terminal })(model),
    await openNodeFolder(adapter, 'adapter'),
    dtype as WrittenDtype,
  );
  for (const file of merged.files) await replaceFile(path.join(out, file.path), file.bytes);
  const bytes = merged.files.reduce((sum, file) => sum + file.bytes.length, 0);
  const report = { model: merged.model.name, out, dtype, files: merged.files.map(({ path: name }) => name), bytes };
  if (values.json) terminal.out(JSON.stringify(report, null, 2));
  else terminal.out(`${merged.model.name} with its adapter is in ${out}: ${formatBytes(bytes)}.`);
  return 0;
}
