/**
 * Fully trained weights as a Hugging Face `model.safetensors`.
 *
 * Promises: with the base model's config.json and tokenizer files beside it, the file opens here and in transformers.
 * Must not know: training, where files go.
 */
import { elementsOf } from '../core/shape';
import { LabError } from '../core/errors';
import { encodeF16 } from '../core/float16';
import type { DecoderConfig, NamedTensor } from '../engine/types';
import { type ArchitectureName, architecture } from './architectures';
import { SINGLE_FILE } from './checkpoint';
import type { OutputFile } from './files';
import { encodeSafetensors } from './safetensors';
import { toStored } from './stored';

export const WRITTEN_DTYPES = ['f32', 'f16'] as const;
export type WrittenDtype = (typeof WRITTEN_DTYPES)[number];

/**
 * `tensors` under engine names: all weights of the decoder. A tied head is the embedding, so it is not written twice.
 * Throws `tensor-dtype` where a value is too large for f16.
 */
export function writeHfWeights(
  tensors: readonly NamedTensor[],
  config: DecoderConfig,
  architectureName: ArchitectureName = 'llama',
  dtype: WrittenDtype = 'f32',
): OutputFile {
  const data = new Map(tensors.map((tensor) => [tensor.name, tensor.data]));
  const files = new Map<string, { shape: number[]; data: Float32Array }>();
  for (const { name, fileName, shape, stored } of architecture(architectureName).bindings(config)) {
    const own = data.get(name);
    data.delete(name);
    if (!own) throw defect(`${name} of a ${architectureName} model is not among the trained weights.`);
    if (!stored) files.set(fileName, { shape, data: own });
    else {
      const elements = elementsOf(stored.shape);
      const file = files.get(fileName) ?? { shape: stored.shape, data: new Float32Array(elements) };
      files.set(fileName, file);
      toStored(own, shape, stored, file.data);
    }
  }
  if (config.tiedHead) data.delete('head');
  const [unknown] = data.keys();
  if (unknown !== undefined) throw defect(`${unknown} is no weight of a ${architectureName} model.`);
  const written = [...files].map(([name, file]) => ({
    name,
    shape: file.shape,
    data: dtype === 'f32' ? file.data : toHalves(name, file.data),
  }));
  return { path: SINGLE_FILE, bytes: encodeSafetensors(written) };
}

function defect(message: string): LabError {
  return new LabError('internal', message, {
    hint: 'This is a defect of Ontoscope: please report it with the message and the spec.',
  });
}

/** Throws `tensor-dtype` where a value is too large for f16. */
export function toHalves(name: string, data: Float32Array): Uint16Array {
  const { halves, overflow } = encodeF16(data);
  if (overflow === null) return halves;
  throw new LabError('tensor-dtype', `${name} holds ${data[overflow]}, which f16 cannot (its largest is 65,504).`, {
    hint: 'Write the weights as f32.',
  });
}
