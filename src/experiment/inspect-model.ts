/**
 * A model folder looked at without a GPU: what it is, how its tokenizer splits, and what using it would take.
 *
 * Must not know: hosts, files' whereabouts, how anything is printed.
 */
import type { FileFolder } from '../core/files';
import { FULL_PRECISION, weightSizes, type BasePrecision, type DecoderConfig } from '../engine';
import { readOutline } from '../models';
import type { Tokenizer } from '../tokens/types';
import { KEPT_PRECISIONS } from './precision-tools';
import { LEAST_LIMITS, MODEL_USES, planUse, type PlanLimits, type UsePlan } from './model-plan';

export interface InspectOptions {
  rowTokens?: number;
  precision?: BasePrecision;
  rank?: number;
  /** What every adapter grants where absent. */
  limits?: PlanLimits;
}

/** A probe of latent knowledge as the default spec makes it. */
const DECODING = { longestPrompt: 32, prompts: 64, samples: 20, maxNewTokens: 48 };
const ROW_TOKENS = 512;
const RANK = 16;
/** Answers whose tokens are shown: identifiers in the ways that ontologies write them. */
const IDENTIFIERS = ['HP:0001250', 'GO:0005634', 'TP53'];

export interface TokenizerReport {
  tokens: number;
  bosId: number | null;
  eosId: number | null;
  padId: number | null;
  chatTemplate: boolean;
  /** Identifiers as answers, each with its tokens. */
  identifiers: { text: string; tokens: string[] }[];
  /** Texts that merges lead to but the vocabulary lacks. */
  strayMerges: readonly string[];
}

export interface ModelReport {
  name: string;
  architecture: string;
  /** Sizes, and among them the traits that tell its family apart. */
  config: DecoderConfig;
  parameters: number;
  tensors: number;
  /** False where only its description is in the folder. */
  hasWeights: boolean;
  /** Tensors in the files that are not used. */
  ignored: string[];
  stopIds: number[];
  tokenizer: TokenizerReport | null;
  files: { path: string; bytes: number }[];
  /** Bytes of the weights on the GPU in each precision, and how many tensors are stored otherwise than in f32. */
  weightBytes: { precision: string; bytes: number; packedTensors: number }[];
  limits: PlanLimits;
  plans: UsePlan[];
}

/** Throws what is wrong with the folder; needs no GPU. */
export async function inspectModel(folder: FileFolder, options: InspectOptions = {}): Promise<ModelReport> {
  const { tokenizer, ...outline } = await readOutline(folder);
  const { config } = outline;
  const limits = options.limits ?? LEAST_LIMITS;
  const settings = {
    rowTokens: options.rowTokens ?? Math.min(ROW_TOKENS, config.contextLength),
    precision: options.precision ?? FULL_PRECISION,
    rank: options.rank ?? RANK,
    decoding: { ...DECODING, maxNewTokens: Math.min(DECODING.maxNewTokens, config.contextLength) },
    limits,
  };
  return {
    ...outline,
    tokenizer: tokenizer && describeTokenizer(tokenizer),
    weightBytes: Object.entries(KEPT_PRECISIONS).map(([name, precision]) => {
      const { bytes, packed } = weightSizes(config, precision);
      return { precision: name, bytes, packedTensors: packed };
    }),
    limits,
    plans: MODEL_USES.map((use) => planUse(config, use, settings)),
  };
}

function describeTokenizer(tokenizer: Tokenizer): TokenizerReport {
  const { vocabSize: tokens, bosId, eosId, padId, strayMerges } = tokenizer;
  const split = (text: string) =>
    [...tokenizer.encodeCompletion(text, 0)].slice(0, -1).map((id) => tokenizer.tokenText(id));
  return {
    ...{ tokens, bosId, eosId, padId, strayMerges },
    chatTemplate: tokenizer.chatTemplate !== null,
    identifiers: IDENTIFIERS.map((text) => ({ text, tokens: split(text) })),
  };
}
