/**
 * The one error type of the project.
 *
 * Promises: every failure a user can cause carries a stable `code`, a `message` that names the file and the
 * place, and a `hint` that says what to do. The CLI prints all three; the app turns `control` into a scroll target.
 * Must not know: who shows the error.
 */

export type LabErrorCode =
  // usage and specs
  | 'usage'
  | 'spec-invalid'
  | 'spec-version'
  | 'study-invalid'
  | 'world-invalid'
  | 'link-invalid'
  // files
  | 'file-missing'
  | 'file-unreadable'
  | 'file-mismatch'
  | 'download-failed'
  | 'download-refused'
  // models
  | 'safetensors-truncated'
  | 'safetensors-invalid'
  | 'tensor-missing'
  | 'tensor-shape'
  | 'tensor-dtype'
  | 'tensor-range'
  | 'config-invalid'
  | 'architecture-unsupported'
  | 'rope-unsupported'
  | 'tokenizer-invalid'
  | 'tokenizer-mismatch'
  | 'adapter-invalid'
  // ontologies and data sets
  | 'ontology-malformed'
  | 'ontology-format'
  | 'ontology-empty'
  | 'table-malformed'
  | 'too-few-terms'
  | 'terminology-mismatch'
  // statistics
  | 'stats-input'
  // engine
  | 'webgpu-missing'
  | 'device-limit'
  | 'device-lost'
  | 'shader-invalid'
  | 'token-out-of-range'
  | 'sequence-too-long'
  | 'loss-not-finite'
  // runs
  | 'cancelled'
  | 'run-locked'
  | 'checkpoint-mismatch'
  | 'record-invalid'
  | 'bundle-invalid'
  | 'storage-quota'
  | 'output-exists'
  | 'internal';

export interface LabErrorDetails {
  /** What the user can do about it, in one sentence. */
  hint: string;
  /** Dotted path of the spec field that fixes it, for instance `model.path`. */
  control?: string;
  cause?: unknown;
}

export interface SerializedLabError {
  code: LabErrorCode;
  message: string;
  hint: string;
  control?: string;
}

export class LabError extends Error {
  readonly code: LabErrorCode;
  readonly hint: string;
  readonly control?: string;

  constructor(code: LabErrorCode, message: string, details: LabErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'LabError';
    this.code = code;
    this.hint = details.hint;
    if (details.control !== undefined) this.control = details.control;
  }

  /** Plain object that survives `postMessage` and JSON. */
  serialize(): SerializedLabError {
    return {
      code: this.code,
      message: this.message,
      hint: this.hint,
      ...(this.control === undefined ? {} : { control: this.control }),
    };
  }

  static deserialize(value: SerializedLabError): LabError {
    return new LabError(value.code, value.message, {
      hint: value.hint,
      ...(value.control === undefined ? {} : { control: value.control }),
    });
  }
}

/** Any thrown value as a LabError; what we did not foresee becomes `internal` with its cause kept. */
export function toLabError(thrown: unknown): LabError {
  if (thrown instanceof LabError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new LabError('internal', message, {
    hint: 'This is a defect of Ontoscope: please report it with the message and the spec.',
    cause: thrown,
  });
}
