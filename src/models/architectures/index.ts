/** The registry of architectures: adding one is one file and one line. */
import { LabError } from '../../core/errors';
import { gemma3 } from './gemma3';
import { gpt2 } from './gpt2';
import { gptNeox } from './gpt-neox';
import { llama } from './llama';
import { qwen2, qwen3 } from './qwen';
import type { Architecture } from './types';

export type { Architecture, LinearModule, TensorBinding } from './types';

const REGISTRY = [llama, qwen2, qwen3, gemma3, gpt2, gptNeox] as const satisfies readonly Architecture[];

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
