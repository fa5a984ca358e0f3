/**
 * Mean loss per token on texts that are never trained: what is unlearned of the language itself.
 *
 * From a text file, a line a text; or texts that the model itself draws before training (T = 1, nothing cut off). Over the
 * latter the rise of the loss estimates KL(base ‖ model) per token, for they are samples of the base.
 * Promises: each text is scored from its first token after BOS on; without a BOS the first token is given.
 */
import { LabError } from '../../core/errors';
import type { LanguageRecord } from '../../records';
import { inputTokens } from '../../tokens/packing';
import { requireFile } from './files';
import { contentTokens, textPrefix, textStart, textStream } from './own-text';
import { largestRow, measureTexts, type ScoredText, type ScoredTexts } from './scored-texts';
import type { PreparedProbe, Probe, ProbeInputs, ProbeRun } from './types';

const FIELD = 'evaluation.probes.languageLoss.path';

type Settings = NonNullable<ProbeInputs['spec']['evaluation']['probes']['languageLoss']>;

export const languageLoss: Probe = {
  async prepare(inputs) {
    const settings = inputs.spec.evaluation.probes.languageLoss;
    if (!settings) return null;
    return settings.path === null ? ownTexts(inputs, settings) : textsOfFile(inputs, settings);
  },
};

async function textsOfFile(inputs: ProbeInputs, { texts: count, tokens: limit }: Settings): Promise<PreparedProbe> {
  const { config, files, sources, tokenizer } = inputs;
  const file = requireFile(files.languageLoss, FIELD);
  const { content, identity } = await sources.text(file);
  const warnings = content.warnings.map((warning) => `${file.name}, ${warning}`);
  const prefix = textPrefix(tokenizer);
  const lines = content.text
    .split(/\r?\n/)
    .flatMap((line, index) => (line.trim() === '' ? [] : [{ line, at: index + 1 }]));
  const room = config.contextLength - prefix.length + 1;
  const texts = lines.slice(0, count).flatMap(({ line, at }): ScoredText[] => {
    const ids = contentTokens(tokenizer, line);
    const kept = ids.slice(0, Math.min(limit, room));
    if (ids.length > room && limit > room) {
      warnings.push(
        `${file.name}, line ${at}: the text was cut to ${room} tokens, as the model’s context holds no more.`,
      );
    }
    const example =
      prefix.length > 0
        ? { prompt: prefix, completion: kept }
        : { prompt: kept.slice(0, 1), completion: kept.slice(1) };
    if (example.completion.length > 0)
      return [{ example, prompt: '', completion: tokenizer.decodeCompletion([...kept]) }];
    warnings.push(`${file.name}, line ${at}: the text has no token to be predicted and was left out.`);
    return [];
  });
  if (texts.length === 0) {
    throw new LabError('file-unreadable', `${file.name} holds no text: every line of it is empty or a single token.`, {
      hint: 'Give a text file with a text on each line, or leave the path out.',
      control: FIELD,
    });
  }
  const longest = texts.reduce((most, { example }) => Math.max(most, inputTokens(example)), 1);
  return {
    name: 'languageLoss',
    files: [{ field: FIELD, file: identity }],
    warnings,
    kind: 'language',
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

function ownTexts(inputs: ProbeInputs, { texts: samples, tokens }: Settings): PreparedProbe {
  const { spec, config, tokenizer, stopIds } = inputs;
  const start = textStart(tokenizer, stopIds);
  const maxNewTokens = Math.max(1, Math.min(tokens, config.contextLength - start.length));
  const longest = start.length + maxNewTokens - 1;
  return {
    name: 'languageLoss',
    files: [],
    warnings: [],
    kind: 'language',
    due: () => true,
    records: samples,
    tokens: samples * longest,
    decoding: [{ longestPrompt: start.length, prompts: 1, samples, maxNewTokens }],
    decodedTokens: samples * maxNewTokens,
    row: largestRow(longest, inputs.rowTokens),
    states: null,
    async open(session, signal) {
      const drawn = await session.generate({
        ...{ prompts: [start], samples, maxNewTokens, temperature: 1, topK: 0, topP: 1 },
        seed: spec.seed,
        stream: textStream(spec.seed),
        stopIds,
        signal,
      });
      const texts = drawn.map(({ ids }): ScoredText => ({
        example: { prompt: start, completion: Uint32Array.from(ids) },
        prompt: '',
        completion: tokenizer.decodeCompletion(ids),
      }));
      return { measure: (run) => measure(run, { source: 'own', texts }, inputs, longest) };
    },
  };
}

function measure(run: ProbeRun, texts: ScoredTexts, inputs: ProbeInputs, longest: number): Promise<void> {
  const { config, stopIds, rowTokens } = inputs;
  const options = { rowTokens: Math.max(rowTokens, longest), contextLength: config.contextLength, stopIds };
  return measureTexts(
    run,
    'language',
    texts,
    options,
    ({ example, completion }, text, { logProb }): LanguageRecord => ({
      ...run.moment,
      text,
      source: texts.source,
      content: run.moment.step === 0 ? completion : null,
      tokens: example.completion.length,
      logProb,
    }),
  );
}
