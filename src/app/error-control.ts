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

/** Controls that no document names: they stand for themselves wherever the error comes from. */
const OF_THE_PAGE = ['device', 'storage'];

/** The control of a document's field, where several documents share the page. */
export function within(document: 'world' | 'pretrain', error: SerializedLabError): SerializedLabError {
  if (error.code === 'webgpu-missing') return { ...error, control: 'device' };
  const { control } = error;
  if (control === undefined || OF_THE_PAGE.includes(control)) return error;
  const part = WORLD_PARTS.includes(control.split('.')[0]!) ? 'world' : document;
  return { ...error, control: `${part}.${control}` };
}

/** What only a world has: making one can fail while it is pretrained on. */
const WORLD_PARTS = ['groups', 'sentences', 'filler', 'tokenizer', 'twin'];
