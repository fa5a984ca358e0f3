/**
 * Mean loss per token on texts that are never trained: what is unlearned of the language itself.
 *
 * From a text file, a line a text; or texts that the model itself draws before training (T = 1, nothing cut off). Over the
 * latter the rise of the loss estimates KL(base ‖ model) per token, for they are samples of the base.
 * Promises: each text is scored from its first token after BOS on; without a BOS the first token is given.
 */
import { LabError } from '../../core/errors';
import type { LanguageRecord } from '../../records';
import { requireFile } from './files';
import { contentTokens, textPrefix, textStart, textStream } from './own-text';
import { probeOfFile, probeOfOwnTexts, type ScoredText, type TextKind } from './scored-texts';
import type { PreparedProbe, Probe, ProbeInputs } from './types';

const FIELD = 'evaluation.probes.languageLoss.path';

const LANGUAGE_LOSS: TextKind<'language'> = {
  name: 'languageLoss',
  kind: 'language',
  field: FIELD,
  record: ({ moment, index, source, completion, example, logProb }): LanguageRecord => ({
    ...moment,
    text: index,
    source,
    content: moment.step === 0 ? completion : null,
    tokens: example.completion.length,
    logProb,
  }),
};

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
  return probeOfFile(inputs, LANGUAGE_LOSS, { identity, warnings, texts });
}

function ownTexts(inputs: ProbeInputs, { texts: samples, tokens }: Settings): PreparedProbe {
  const { spec, config, tokenizer, stopIds } = inputs;
  const start = textStart(tokenizer, stopIds);
  const maxNewTokens = Math.max(1, Math.min(tokens, config.contextLength - start.length));
  return probeOfOwnTexts(inputs, LANGUAGE_LOSS, {
    longest: start.length + maxNewTokens - 1,
    decoding: { longestPrompt: start.length, prompts: 1, samples, maxNewTokens },
    async textsOf(session, signal) {
      const drawn = await session.generate({
        ...{ prompts: [start], samples, maxNewTokens, temperature: 1, topK: 0, topP: 1 },
        seed: spec.seed,
        stream: textStream(spec.seed),
        stopIds,
        signal,
      });
      return drawn.map(({ ids }) => ({
        example: { prompt: start, completion: Uint32Array.from(ids) },
        prompt: '',
        completion: tokenizer.decodeCompletion(ids),
      }));
    },
  });
}
