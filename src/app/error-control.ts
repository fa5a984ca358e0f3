/** The control that fixes an error, where the error itself does not say. Pure. */
import type { LabErrorCode, SerializedLabError } from '../core/errors';

const MODEL: LabErrorCode[] = [
  'safetensors-truncated',
  'safetensors-invalid',
  'tensor-missing',
  'tensor-shape',
  'tensor-dtype',
  'config-invalid',
  'architecture-unsupported',
  'rope-unsupported',
  'tokenizer-invalid',
  'tokenizer-mismatch',
];
const ONTOLOGY: LabErrorCode[] = ['ontology-malformed', 'ontology-format', 'ontology-empty', 'table-malformed'];
const OTHERS: Partial<Record<LabErrorCode, string>> = {
  'too-few-terms': 'sampling.seen',
  'sequence-too-long': 'train.rowTokens',
  'loss-not-finite': 'optimizer.learningRate',
  'webgpu-missing': 'device',
};

export function withControl(error: SerializedLabError): SerializedLabError {
  if (error.control !== undefined) return error;
  const control = MODEL.includes(error.code)
    ? 'model.path'
    : ONTOLOGY.includes(error.code)
      ? 'ontology.path'
      : OTHERS[error.code];
  return control === undefined ? error : { ...error, control };
}
