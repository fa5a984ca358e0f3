/**
 * A model by itself, without an experiment: what it answers. For the command line and the page alike.
 *
 * Must not know: hosts, files' whereabouts, how anything is printed.
 */
import type { FileFolder } from '../core/files';
import { LabError } from '../core/errors';
import { acquireDevice, createSession, FULL_PRECISION } from '../engine';
import type { BasePrecision, DecoderConfig, GeneratedSample, GenerateOptions, Session } from '../engine';
import { openModel, type ModelHandle } from '../models';

/** A model ready to answer on a device of its own. */
export interface AnsweringModel {
  model: ModelHandle;
  session: Session;
  close(): void;
}

/** @param tokens the longest sequence that will be asked about; throws `sequence-too-long` past the model's context */
export async function openAnsweringModel(
  gpu: GPU,
  folder: FileFolder,
  tokens: number,
  precision: BasePrecision = FULL_PRECISION,
): Promise<AnsweringModel> {
  const model = await openModel(folder);
  const { config } = model;
  if (tokens > config.contextLength) {
    throw new LabError(
      'sequence-too-long',
      `${tokens} tokens are asked for; the context of ${model.name} holds ${config.contextLength}.`,
      {
        hint: 'Give fewer token ids, or lower --max-tokens.',
      },
    );
  }
  const device = await acquireDevice(gpu);
  try {
    const rowTokens = Math.min(Math.max(64, Math.ceil(tokens / 64) * 64), config.contextLength);
    const weights = model.weightSource();
    const session = await createSession(
      device,
      config,
      weights,
      { kind: 'none' },
      { rowTokens, supervised: rowTokens, precision },
    );
    return {
      model,
      session,
      close() {
        session.destroy();
        device.destroy();
      },
    };
  } catch (error) {
    device.destroy();
    throw error;
  }
}

export interface WrittenSample {
  /** Generated ids, the stop id included when one was drawn. */
  ids: number[];
  /** Null where the model has no tokenizer. */
  text: string | null;
  logProb: number;
  finished: boolean;
}

/** Samples with their texts. */
export async function generateSamples(
  { model, session }: AnsweringModel,
  prompt: Uint32Array,
  settings: Pick<GenerateOptions, 'samples' | 'maxNewTokens' | 'temperature' | 'topK' | 'topP' | 'seed'>,
): Promise<WrittenSample[]> {
  const samples = await session.generate({ prompts: [prompt], stream: 0, stopIds: model.stopIds, ...settings });
  return samples.map((sample) => withText(model, sample));
}

function withText(model: ModelHandle, { ids, logProb, finished }: GeneratedSample): WrittenSample {
  const body = finished ? ids.slice(0, -1) : ids;
  return { ids, text: model.tokenizer?.decodeCompletion(body) ?? null, logProb, finished };
}

/** Refuses ids that the vocabulary does not have, before a device is asked. */
export function checkIds(ids: readonly number[], { vocabSize }: DecoderConfig): void {
  const bad = ids.find((id) => id >= vocabSize);
  if (bad === undefined) return;
  throw new LabError('token-out-of-range', `Token id ${bad} is not in the vocabulary of ${vocabSize} tokens.`, {
    hint: `Use ids from 0 to ${vocabSize - 1}.`,
  });
}
