/**
 * Canaries: prompts that have nothing to do with what is learned, and whether their completions are still the greedy ones.
 *
 * From a table with the columns prompt and completion; or the model's own greedy continuations before training, each of
 * one seeded token. Promises: a completion carries no stop token unless the model itself ended there.
 */
import { parseDelimited } from '../../core/delimited';
import { LabError } from '../../core/errors';
import { malformed } from '../../core/text-fault';
import type { Session } from '../../engine';
import type { CanaryRecord } from '../../records';
import { inputTokens } from '../../tokens/packing';
import { requireFile } from './files';
import { drawTokens, textPrefix } from './own-text';
import { largestRow, measureTexts, type ScoredText, type ScoredTexts } from './scored-texts';
import type { PreparedProbe, Probe, ProbeInputs, ProbeRun } from './types';

const FIELD = 'evaluation.probes.canaries.path';
const COLUMNS = ['prompt', 'completion'] as const;

export const canaries: Probe = {
  async prepare(inputs) {
    const settings = inputs.spec.evaluation.probes.canaries;
    if (!settings) return null;
    return settings.path === null ? ownCanaries(inputs, settings) : tableOfCanaries(inputs, settings);
  },
};

type Settings = NonNullable<ProbeInputs['spec']['evaluation']['probes']['canaries']>;

async function tableOfCanaries(inputs: ProbeInputs, { count }: Settings): Promise<PreparedProbe> {
  const { config, files, sources, tokenizer, stopIds } = inputs;
  const file = requireFile(files.canaries, FIELD);
  const { content, identity } = await sources.text(file);
  const warnings = content.warnings.map((warning) => `${file.name}, ${warning}`);
  const texts = rowsOf(file.name, content.text)
    .slice(0, count)
    .map(({ line, prompt, completion }): ScoredText => {
      const place = `${file.name}, line ${line}`;
      const tokens = {
        prompt: tokenizer.encodePrompt(prompt),
        completion: tokenizer.encodeCompletion(completion, stopIds[0]!).slice(0, -1),
      };
      const room = config.contextLength - tokens.prompt.length + 1;
      if (room < 1) throw promptTooLong(place, tokens.prompt.length, config.contextLength);
      if (tokens.completion.length > room) {
        warnings.push(`${place}: the completion was cut to ${room} tokens, as the model’s context holds no more.`);
      }
      const example = { prompt: tokens.prompt, completion: tokens.completion.slice(0, room) };
      return { example, prompt, completion: tokenizer.decodeCompletion([...example.completion]) };
    });
  const longest = texts.reduce((most, { example }) => Math.max(most, inputTokens(example)), 1);
  return {
    name: 'canaries',
    files: [{ field: FIELD, file: identity }],
    warnings,
    kind: 'canaries',
    due: () => true,
    records: texts.length,
    tokens: texts.reduce((sum, { example }) => sum + inputTokens(example), 0),
    decoding: [],
    decodedTokens: 0,
    row: largestRow(longest, inputs.rowTokens),
    states: null,
    open: () => Promise.resolve({ measure: (run) => measure(run, { source: 'file', texts }, inputs, longest) }),
  };
}

function ownCanaries(inputs: ProbeInputs, { count, tokens }: Settings): PreparedProbe {
  const { spec, config, tokenizer, stopIds } = inputs;
  const prefix = textPrefix(tokenizer);
  const maxNewTokens = Math.max(1, Math.min(tokens, config.contextLength - prefix.length - 1));
  const starts = drawTokens(spec.seed, count, tokenizer, config.vocabSize);
  const longest = prefix.length + maxNewTokens;
  return {
    name: 'canaries',
    files: [],
    warnings: [],
    kind: 'canaries',
    due: () => true,
    records: starts.length,
    tokens: starts.length * longest,
    decoding: [{ longestPrompt: prefix.length + 1, prompts: starts.length, samples: 1, maxNewTokens }],
    decodedTokens: starts.length * maxNewTokens,
    row: largestRow(longest, inputs.rowTokens),
    states: null,
    async open(session: Session, signal) {
      const prompts = starts.map((id) => Uint32Array.of(...prefix, id));
      const answers = await session.generate({
        ...{ prompts, samples: 1, maxNewTokens, temperature: 0, topK: 0, topP: 1, seed: spec.seed, stream: 0 },
        stopIds,
        signal,
      });
      const texts = answers.map(({ prompt, ids }): ScoredText => ({
        example: { prompt: prompts[prompt]!, completion: Uint32Array.from(ids) },
        prompt: tokenizer.decodeCompletion([starts[prompt]!]),
        completion: tokenizer.decodeCompletion(ids),
      }));
      return { measure: (run) => measure(run, { source: 'own', texts }, inputs, longest) };
    },
  };
}

function measure(run: ProbeRun, texts: ScoredTexts, inputs: ProbeInputs, longest: number): Promise<void> {
  const { config, stopIds, rowTokens } = inputs;
  const options = { rowTokens: Math.max(rowTokens, longest), contextLength: config.contextLength, stopIds };
  return measureTexts(run, 'canaries', texts, options, (text, canary, { tokenHit, logProb }): CanaryRecord => ({
    ...run.moment,
    canary,
    source: texts.source,
    prompt: text.prompt,
    completion: text.completion,
    tokens: text.example.completion.length,
    hit: tokenHit,
    logProb,
  }));
}

/** Throws `table-malformed` for a table without rows, without a column or with an empty cell. */
function rowsOf(name: string, text: string): { line: number; prompt: string; completion: string }[] {
  const { rows } = parseDelimited({ name, text });
  const [header, ...body] = rows;
  const names = header!.cells;
  const [prompt, completion] = COLUMNS.map((wanted) => {
    const at = names.indexOf(wanted);
    if (at >= 0) return at;
    const shown = names.map((each) => `"${each.slice(0, 40)}"`).join(', ');
    throw tableFault(name, header!.line, `there is no column "${wanted}"; its columns are ${shown}`);
  }) as [number, number];
  if (body.length === 0) throw tableFault(name, header!.line + 1, 'the table ends below its header');
  return body.map(({ line, cells }) => {
    const row = { line, prompt: cells[prompt]!, completion: cells[completion]! };
    const empty = COLUMNS.find((column) => row[column] === '');
    if (empty) throw tableFault(name, line, `the ${empty} is empty`);
    return row;
  });
}

function tableFault(file: string, line: number, problem: string): LabError {
  const hint = 'Give a table with the columns prompt and completion and a row for each canary, or leave the path out.';
  return malformed({ code: 'table-malformed', file, line, problem, hint, control: FIELD });
}

function promptTooLong(place: string, tokens: number, context: number): LabError {
  return new LabError(
    'sequence-too-long',
    `${place}: the prompt has ${tokens} tokens; the model’s context holds ${context}.`,
    {
      hint: 'Shorten the prompt or leave the row out.',
      control: FIELD,
    },
  );
}
