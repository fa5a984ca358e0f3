/**
 * Fully trained weights as a Hugging Face `model.safetensors`.
 *
 * Promises: with the base model's config.json and tokenizer files beside it, the file opens here and in transformers.
 * Must not know: training, where files go.
 */
import { LabError } from '../core/errors';
import type { NamedTensor } from '../engine/types';
import { type ArchitectureName, architecture } from './architectures';
import { SINGLE_FILE } from './checkpoint';
import type { OutputFile } from './files';
import { encodeF16, encodeSafetensors } from './safetensors';

export const WRITTEN_DTYPES = ['f32', 'f16'] as const;
export type WrittenDtype = (typeof WRITTEN_DTYPES)[number];

/**
 * `tensors` under engine names. A tied head is the embedding, so it is not written twice.
 * Throws `tensor-dtype` where a value is too large for f16.
 */
export function writeHfWeights(
  tensors: readonly NamedTensor[],
  tied: boolean,
  architectureName: ArchitectureName = 'llama',
  dtype: WrittenDtype = 'f32',
): OutputFile {
  const { fileName } = architecture(architectureName);
  const kept = tied ? tensors.filter(({ name }) => name !== 'head') : tensors;
  const renamed = kept.map(({ name, shape, data }) => {
    const inFile = fileName(name);
    if (inFile === null) {
      throw new LabError('internal', `${name} is no weight of a ${architectureName} model.`, {
        hint: 'This is a defect of Ontoscope: please report it with the message and the spec.',
      });
    }
    return { name: inFile, shape, data: dtype === 'f32' ? data : rounded(inFile, data) };
  });
  return { path: SINGLE_FILE, bytes: encodeSafetensors(renamed) };
}

function rounded(name: string, data: Float32Array): Uint16Array {
  const { halves, overflow } = encodeF16(data);
  if (overflow === null) return halves;
  throw new LabError('tensor-dtype', `${name} holds ${data[overflow]}, which f16 cannot (its largest is 65,504).`, {
    hint: 'Write the weights as f32.',
  });
}
