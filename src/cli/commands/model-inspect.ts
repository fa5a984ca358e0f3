/** `ontoscope model inspect PATH`: what a model is, and what using it would take. */
import { acquireDevice, inspectModel, LEAST_LIMITS } from '../../experiment';
import type { InspectOptions, ModelReport, PlanLimits, UsePlan } from '../../experiment';
import { numberOption, onlyArgument, parseCommand } from '../arguments';
import { formatBytes, formatCount } from '../format';
import { CACHE_OPTION, modelOpener } from '../model-place';
import { nodeGpu } from '../node-gpu';
import type { Terminal } from '../terminal';
import { PRECISION_OPTION, precisionOption } from './model-precision';

export const MODEL_INSPECT_HELP = `ontoscope model inspect PATH [options]
    What a model folder holds (config.json alone is enough), and the GPU memory that using it would take.
  --row-tokens N   tokens of a packed row (default: 512, or the context)
${PRECISION_OPTION}
  --rank N         of the LoRA adapter on all linear layers (default: 16)
  --gpu            against the limits of this machine's GPU (default: those that every GPU grants)
  --memory GIB     and against so much memory in all, which no GPU tells
  --json           one JSON document on stdout`;

const GIB = 1024 ** 3;

export async function inspectCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('model', argv, {
    'row-tokens': { type: 'string' },
    precision: { type: 'string' },
    rank: { type: 'string' },
    gpu: { type: 'boolean' },
    memory: { type: 'string' },
    json: { type: 'boolean' },
    ...CACHE_OPTION,
  });
  const whole = (text: string | undefined, name: string, min: number, max: number) =>
    text === undefined ? undefined : numberOption(text, name, { fallback: min, min, max, integer: true }, 'model');
  const rowTokens = whole(values['row-tokens'], 'row-tokens', 1, 4096);
  const rank = whole(values.rank, 'rank', 1, 4096);
  const memoryGib =
    values.memory === undefined
      ? null
      : numberOption(values.memory, 'memory', { fallback: 1, min: 1e-3, max: 1e4 }, 'model');
  const precision = precisionOption(values.precision);
  const place = onlyArgument(positionals, 'a model folder', 'model');
  const folder = await modelOpener({ cache: values.cache, terminal })(place);
  const limits: PlanLimits = {
    ...(values.gpu ? await gpuLimits() : LEAST_LIMITS),
    memoryBytes: memoryGib === null ? null : memoryGib * GIB,
  };
  const options: InspectOptions = { precision, limits, ...(rowTokens && { rowTokens }), ...(rank && { rank }) };
  const report = await inspectModel(folder, options);
  if (values.json) terminal.out(JSON.stringify(report, null, 2));
  else for (const line of describe(report)) terminal.out(line);
  return 0;
}

async function gpuLimits(): Promise<Pick<PlanLimits, 'bindingBytes' | 'bufferBytes'>> {
  const device = await acquireDevice(await nodeGpu());
  const { bindingBytes, bufferBytes } = device.limits;
  device.destroy();
  return { bindingBytes, bufferBytes };
}

function describe(report: ModelReport): string[] {
  const { config, limits } = report;
  const { traits } = config;
  const grouped = config.kvHeads === config.heads ? '' : `, ${config.kvHeads} for keys and values`;
  const local = traits.local ? `; ${traits.local.layers.length} layers see ${traits.local.window} tokens` : '';
  const rows: [string, string][] = [
    ['model', report.hasWeights ? report.name : `${report.name} (no weights in the folder)`],
    ['architecture', report.architecture],
    ['parameters', `${formatCount(report.parameters)} in ${report.tensors} tensors`],
    ['layers', `${config.layers}, width ${config.hiddenSize}, feed-forward ${config.ffnSize}${local}`],
    ['heads', `${config.heads} of ${config.headDim}${grouped}`],
    ['vocabulary', `${formatCount(config.vocabSize)} tokens, head ${config.tiedHead ? 'tied' : 'of its own'}`],
    ...tokenizerRows(report),
    ['context', `${formatCount(config.contextLength)} tokens`],
    ['stops at', report.stopIds.join(', ') || 'no token'],
    [
      'unused',
      report.ignored.length > 0
        ? `${report.ignored.length} tensors: ${report.ignored.slice(0, 3).join(', ')}`
        : 'no tensor',
    ],
    ['weights', report.weightBytes.map(({ precision, bytes }) => `${precision} ${formatBytes(bytes)}`).join(', ')],
    [
      'GPU limits',
      `${formatBytes(limits.bufferBytes)} in a buffer, ${formatBytes(limits.bindingBytes)} at once` +
        (limits.memoryBytes === null ? '' : `, ${formatBytes(limits.memoryBytes)} in all`),
    ],
  ];
  return [...rows.map(([name, value]) => `${name.padEnd(14)}${value}`), ...report.plans.flatMap(describePlan)];
}

function tokenizerRows({ tokenizer }: ModelReport): [string, string][] {
  if (!tokenizer) return [['tokenizer', 'none: token ids only']];
  const split = tokenizer.identifiers.map(({ tokens }) => tokens.map((token) => JSON.stringify(token)).join(' '));
  const strays = tokenizer.strayMerges;
  return [
    ['tokenizer', `${formatCount(tokenizer.tokens)} tokens${tokenizer.chatTemplate ? ', with a chat template' : ''}`],
    ['identifiers', split.join('   ')],
    ...(strays.length > 0
      ? ([
          [
            'damaged',
            `no token for ${strays
              .map((text) => JSON.stringify(text))
              .slice(0, 3)
              .join(', ')}`,
          ],
        ] as [string, string][])
      : []),
  ];
}

const USES = { answer: 'to answer', lora: 'to train LoRA', full: 'to train all' } as const;

function describePlan({ use, memory, fits, largestRowTokens, keepActivations, advice, rowTokens }: UsePlan): string[] {
  const parts: [string, number][] = [
    ['weights', memory.weightsBytes],
    ['training', memory.trainingBytes],
    [keepActivations ? 'activations (kept)' : 'activations', memory.activationBytes],
    ['decoding', memory.decodingBytes],
    ['read-back', memory.readBackBytes],
  ];
  const shares = parts.filter(([, bytes]) => bytes > 0).map(([name, bytes]) => `${name} ${formatBytes(bytes)}`);
  const verdict = fits ? `fits; rows of up to ${largestRowTokens ?? rowTokens} tokens do` : 'does not fit';
  return [
    `${USES[use].padEnd(14)}${formatBytes(memory.totalBytes)} for rows of ${rowTokens} tokens: ${verdict}`,
    `${''.padEnd(14)}${shares.join(', ')}`,
    ...advice.map((line) => `${''.padEnd(14)}${line}`),
  ];
}
