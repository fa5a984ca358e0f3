/**
 * Floating-point operations of pretraining, so that they can be stated before it begins. Pure.
 *
 * A multiply–add counts two; products and attention count, norms, softmax and the optimiser do not. Training a token
 * takes its forward pass and twice that for the gradients; where only layer inputs are kept also the layers' forward pass
 * once more. Padding at the end of rows is not counted.
 */
import { decoderWeights, type DecoderConfig } from '../../engine';

export interface Operations {
  /** Mean of the corpus. */
  forwardPerToken: number;
  trainingPerToken: number;
  /** The whole corpus once, evaluations not counted. */
  total: number;
}

/**
 * @param lengths tokens of each sequence
 * @param kept whether what layers compute is kept for the backward pass
 */
export function countOperations(config: DecoderConfig, lengths: Iterable<number>, kept: boolean): Operations {
  const matrices = decoderWeights(config).filter(({ name, shape }) => shape.length === 2 && name.startsWith('layers.'));
  const inLayers = matrices.reduce((sum, { shape }) => sum + 2 * shape[0]! * shape[1]!, 0);
  const head = 2 * config.vocabSize * config.hiddenSize;
  const perKey = 4 * config.heads * config.headDim * config.layers;
  let tokens = 0;
  let keys = 0;
  for (const length of lengths) {
    tokens += length;
    keys += (length * (length + 1)) / 2;
  }
  const attention = tokens === 0 ? 0 : (perKey * keys) / tokens;
  const trainingPerToken = (kept ? 3 : 4) * (inLayers + attention) + 3 * head;
  return { forwardPerToken: inLayers + attention + head, trainingPerToken, total: trainingPerToken * tokens };
}
