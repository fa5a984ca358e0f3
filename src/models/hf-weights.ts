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
import { encodeSafetensors } from './safetensors';

/** `tensors` under engine names. A tied head is the embedding, so it is not written twice. */
export function writeHfWeights(
  tensors: readonly NamedTensor[],
  tied: boolean,
  architectureName: ArchitectureName = 'llama',
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
    return { name: inFile, shape, data };
  });
  return { path: SINGLE_FILE, bytes: encodeSafetensors(renamed) };
}
