/** `ontoscope adapter inspect|merge|compare`: LoRA adapters by themselves. */
import path from 'node:path';
import { DIRECTION_LABEL } from '../../core/direction';
import {
  compareAdapters,
  inspectAdapterFolder,
  mergeIntoModel,
  WRITTEN_DTYPES,
  type Compared,
  type InspectedAdapter,
  type WrittenDtype,
} from '../../experiment';
import { onlyArgument, parseCommand, usageError } from '../arguments';
import { formatBytes, formatCount, formatP, formatPercent } from '../format';
import { openNodeFolder } from '../node-folder';
import { CACHE_HELP, CACHE_OPTION, modelOpener } from '../model-place';
import { nodeGpu } from '../node-gpu';
import { PRESET_HELP, PRESET_OPTION } from '../presets';
import { prepareExperiment } from '../run-experiment';
import { readSpecFile } from '../spec-file';
import type { Terminal } from '../terminal';
import { refuseExisting, replaceFile } from '../write-files';

export const ADAPTER_HELP = `ontoscope adapter inspect DIR [--model DIR] [--json]
    What a folder in PEFT layout holds, or why it is not read. With --model its tensors are held against the model's.

ontoscope adapter merge --model DIR --adapter DIR --out DIR [--dtype f32|f16] [--force] [--json]
    The model with the adapter worked into its weights, as a folder that opens as any model.

ontoscope adapter compare SPEC --adapter DIR [--adapter DIR …] [--json]
    Asks the facts that a spec draws of its model without an adapter and with each of these, the weights loaded once: the
    share whose label is the greedy answer under the held-out template, and what each adapter changed, fact by fact.
  --set a.b=value  overrides a field of the spec; may be given many times
${PRESET_HELP}

A model is a folder, one of the hub or of an address.
${CACHE_HELP}`;

export function adapterCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [action, ...rest] = argv;
  if (action === 'inspect') return inspect(rest, terminal);
  if (action === 'merge') return merge(rest, terminal);
  if (action === 'compare') return compare(rest, terminal);
  throw usageError(`adapter needs inspect, merge or compare${action ? `, not “${action}”` : ''}.`, 'adapter');
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

async function compare(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('adapter', argv, {
    adapter: { type: 'string', multiple: true },
    set: { type: 'string', multiple: true },
    ...PRESET_OPTION,
    json: { type: 'boolean' },
    ...CACHE_OPTION,
  });
  const file = onlyArgument(positionals, 'a spec file', 'adapter');
  if (!values.adapter?.length) throw usageError('adapter compare needs --adapter.', 'adapter');
  const folders = await Promise.all(values.adapter.map((folder) => openNodeFolder(folder, 'adapter')));
  const spec = await readSpecFile(file, values.set ?? [], values.preset);
  const prepared = await prepareExperiment(spec, modelOpener({ ...values, terminal }));
  const compared = await compareAdapters(prepared, folders, await nodeGpu(), new AbortController().signal);
  if (values.json) terminal.out(JSON.stringify({ model: prepared.model.name, compared }, null, 2));
  else for (const line of compared.flatMap(describeCompared)) terminal.out(line);
  return 0;
}

function describeCompared({ adapter, groups }: Compared): string[] {
  return [
    adapter ?? 'without an adapter',
    ...groups.map(({ direction, group, right, meanLogProb, change }) => {
      const share = `${formatPercent(right.value)} (${formatPercent(right.lo)} to ${formatPercent(right.hi)}, n = ${right.n})`;
      const changed = change ? `; ${change.gainers} gained, ${change.losers} lost, ${formatP(change.mcnemarP)}` : '';
      const name = `${DIRECTION_LABEL[direction]}, ${group}`;
      return `  ${name.padEnd(28)} right ${share}${changed}; mean log probability ${meanLogProb.toFixed(3)}`;
    }),
  ];
}
