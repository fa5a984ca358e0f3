/** `ontoscope model inspect|precision|logits|generate|export`: a model by itself. */
import type { FileFolder } from '../../core/files';
import type { AnsweringModel, BasePrecision } from '../../experiment';
import { checkIds, generateSamples, openAnsweringModel, openModel } from '../../experiment';
import { idsOption, numberOption, onlyArgument, parseCommand, usageError } from '../arguments';
import { CACHE_HELP, CACHE_OPTION, modelOpener } from '../model-place';
import { nodeGpu } from '../node-gpu';
import type { Terminal } from '../terminal';
import { exportModel, MODEL_EXPORT_HELP } from './model-export';
import { inspectCommand, MODEL_INSPECT_HELP } from './model-inspect';
import { MODEL_PRECISION_HELP, modelPrecision, PRECISION_OPTION, precisionOption } from './model-precision';

export const MODEL_HELP = `${MODEL_INSPECT_HELP}

${MODEL_PRECISION_HELP}

ontoscope model logits PATH --ids 1,2,3 [--all] [--precision P] [--json]
    Logits after the last token, or after every token with --all.

ontoscope model generate PATH (--text TEXT | --ids 1,2,3) [options]
    Continues a text, or token ids.
  --max-tokens N   new tokens at most (default: 48)
  --samples N      independent samples (default: 1)
  --temperature T  0 is greedy (default: 0)
  --top-k K        keep the K likeliest tokens; 0 keeps all (default: 0)
  --top-p P        keep the likeliest tokens up to probability P (default: 1)
  --seed S         (default: 1)
${PRECISION_OPTION}
  --json           one JSON document on stdout

${MODEL_EXPORT_HELP}

PATH is a model's folder, or a model of the hub or of an address:
${CACHE_HELP}`;

export function modelCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [action, ...rest] = argv;
  if (action === 'inspect') return inspectCommand(rest, terminal);
  if (action === 'precision') return modelPrecision(rest, terminal);
  if (action === 'logits') return logits(rest, terminal);
  if (action === 'generate') return generate(rest, terminal);
  if (action === 'export') return exportModel(rest, terminal);
  throw usageError(
    `model needs inspect, precision, logits, generate or export${action ? `, not “${action}”` : ''}.`,
    'model',
  );
}

async function logits(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('model', argv, {
    ids: { type: 'string' },
    all: { type: 'boolean' },
    precision: { type: 'string' },
    json: { type: 'boolean' },
    ...CACHE_OPTION,
  });
  const place = onlyArgument(positionals, 'a model folder', 'model');
  if (values.ids === undefined) throw usageError('model logits needs --ids, such as --ids 1,2,3.', 'model');
  const ids = idsOption(values.ids, 'model');
  const precision = precisionOption(values.precision);
  const folder = await modelOpener({ cache: values.cache, terminal })(place);
  return withModel(folder, ids, { newTokens: 0, precision }, async ({ model, session }) => {
    const flat = await session.logits(Uint32Array.from(ids), values.all === true);
    const { vocabSize } = model.config;
    const rows = Array.from({ length: flat.length / vocabSize }, (_, row) => [
      ...flat.subarray(row * vocabSize, (row + 1) * vocabSize),
    ]);
    if (values.json) terminal.out(JSON.stringify({ ids, logits: values.all ? rows : rows[0] }));
    else rows.forEach((row, index) => terminal.out(likeliest(row, values.all ? index : ids.length - 1, model)));
    return 0;
  });
}

/** The five largest logits of one position, with their texts. */
function likeliest(row: number[], position: number, model: AnsweringModel['model']): string {
  const order = row.map((_, id) => id).sort((a, b) => row[b]! - row[a]! || a - b);
  const words = order.slice(0, 5).map((id) => {
    const text = model.tokenizer ? ` ${JSON.stringify(model.tokenizer.tokenText(id))}` : '';
    return `${id}${text} ${row[id]!.toFixed(4)}`;
  });
  return `after token ${position}:  ${words.join('   ')}`;
}

async function generate(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('model', argv, {
    text: { type: 'string' },
    ids: { type: 'string' },
    'max-tokens': { type: 'string' },
    samples: { type: 'string' },
    temperature: { type: 'string' },
    'top-k': { type: 'string' },
    'top-p': { type: 'string' },
    seed: { type: 'string' },
    precision: { type: 'string' },
    json: { type: 'boolean' },
    ...CACHE_OPTION,
  });
  const place = onlyArgument(positionals, 'a model folder', 'model');
  if ((values.text === undefined) === (values.ids === undefined)) {
    throw usageError('model generate needs either --text or --ids.', 'model');
  }
  const whole = (text: string | undefined, name: string, fallback: number, min: number, max: number) =>
    numberOption(text, name, { fallback, min, max, integer: true }, 'model');
  const settings = {
    maxNewTokens: whole(values['max-tokens'], 'max-tokens', 48, 1, 1_000_000),
    samples: whole(values.samples, 'samples', 1, 1, 100_000),
    temperature: numberOption(values.temperature, 'temperature', { fallback: 0, min: 0, max: 100 }, 'model'),
    topK: whole(values['top-k'], 'top-k', 0, 0, 1_000_000),
    topP: numberOption(values['top-p'], 'top-p', { fallback: 1, min: 1e-6, max: 1 }, 'model'),
    seed: whole(values.seed, 'seed', 1, 0, 4_294_967_295),
  };
  const precision = precisionOption(values.precision);
  const folder = await modelOpener({ cache: values.cache, terminal })(place);
  const ids = values.ids === undefined ? await promptIds(folder, values.text!) : idsOption(values.ids, 'model');
  return withModel(folder, ids, { newTokens: settings.maxNewTokens, precision }, async (answering) => {
    const samples = await generateSamples(answering, Uint32Array.from(ids), settings);
    if (values.json) terminal.out(JSON.stringify({ prompt: { ids, text: values.text ?? null }, ...settings, samples }));
    else
      for (const { ids: made, text, logProb } of samples)
        terminal.out(`${logProb.toFixed(3).padStart(9)}  ${text ?? made.join(' ')}`);
    return 0;
  });
}

async function promptIds(folder: FileFolder, text: string): Promise<number[]> {
  const model = await openModel(folder);
  const ids = [...model.requireTokenizer().encodePrompt(text)];
  if (ids.length === 0) throw usageError('--text is empty and this model puts no token in front of a text.', 'model');
  return ids;
}

/** Checks the ids against the vocabulary, opens the model on the GPU, and closes it whatever happens. */
async function withModel(
  folder: FileFolder,
  ids: readonly number[],
  { newTokens, precision }: { newTokens: number; precision: BasePrecision },
  use: (answering: AnsweringModel) => Promise<number>,
): Promise<number> {
  checkIds(ids, (await openModel(folder)).config);
  const answering = await openAnsweringModel(await nodeGpu(), folder, ids.length + newTokens, precision);
  try {
    return await use(answering);
  } finally {
    answering.close();
  }
}
