/** The registry of architectures: adding one is one file and one line. */
import { LabError } from '../../core/errors';
import { llama } from './llama';
import type { Architecture } from './types';

export type { Architecture, TensorBinding } from './types';

const REGISTRY = [llama] as const satisfies readonly Architecture[];

/** `model_type` of a supported model. */
export type ArchitectureName = (typeof REGISTRY)[number]['modelType'];
export const ARCHITECTURE_NAMES: readonly ArchitectureName[] = REGISTRY.map((entry) => entry.modelType);

/** The architecture of a `model_type`. Throws `architecture-unsupported`, listing what is supported. */
export function architecture(modelType: string, file = 'config.json'): Architecture & { modelType: ArchitectureName } {
  const found = REGISTRY.find((entry) => entry.modelType === modelType);
  if (found !== undefined) return found;
  throw new LabError('architecture-unsupported', `${file}: the model_type "${modelType}" is not supported.`, {
    hint: `Choose a model of a supported model_type: ${ARCHITECTURE_NAMES.join(', ')}.`,
    control: 'model.path',
  });
}
