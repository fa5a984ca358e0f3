/**
 * Canaries: prompts that have nothing to do with what is learned, and whether their completions are still the greedy ones.
 *
 * From a table with the columns prompt and completion; or the model's own greedy continuations before training, each of
 * one seeded token. Promises: a completion carries no stop token unless the model itself ended there.
 */
import { parseDelimited } from '../../core/delimited';
import { LabError } from '../../core/errors';
import { malformed } from '../../core/text-fault';
import type { CanaryRecord } from '../../records';
import { requireFile } from './files';
import { drawTokens, textPrefix } from './own-text';
import { probeOfFile, probeOfOwnTexts, type ScoredText, type TextKind } from './scored-texts';
import type { PreparedProbe, Probe, ProbeInputs } from './types';

const FIELD = 'evaluation.probes.canaries.path';
const COLUMNS = ['prompt', 'completion'] as const;

const CANARIES: TextKind<'canaries'> = {
  name: 'canaries',
  kind: 'canaries',
  field: FIELD,
  record: ({ moment, index, source, prompt, completion, example, tokenHit, logProb }): CanaryRecord => ({
    ...moment,
    canary: index,
    source,
    prompt,
    completion,
    tokens: example.completion.length,
    hit: tokenHit,
    logProb,
  }),
};

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
  return probeOfFile(inputs, CANARIES, { identity, warnings, texts });
}

function ownCanaries(inputs: ProbeInputs, { count, tokens }: Settings): PreparedProbe {
  const { spec, config, tokenizer, stopIds } = inputs;
  const prefix = textPrefix(tokenizer);
  const maxNewTokens = Math.max(1, Math.min(tokens, config.contextLength - prefix.length - 1));
  const starts = drawTokens(spec.seed, count, tokenizer, config.vocabSize);
  const decoding = { longestPrompt: prefix.length + 1, prompts: starts.length, samples: 1, maxNewTokens };
  return probeOfOwnTexts(inputs, CANARIES, {
    longest: prefix.length + maxNewTokens,
    decoding,
    async textsOf(session, signal) {
      const prompts = starts.map((id) => Uint32Array.of(...prefix, id));
      const answers = await session.generate({
        ...{ prompts, samples: 1, maxNewTokens, temperature: 0, topK: 0, topP: 1, seed: spec.seed, stream: 0 },
        stopIds,
        signal,
      });
      return answers.map(({ prompt, ids }) => ({
        example: { prompt: prompts[prompt]!, completion: Uint32Array.from(ids) },
        prompt: tokenizer.decodeCompletion([starts[prompt]!]),
        completion: tokenizer.decodeCompletion(ids),
      }));
    },
  });
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
