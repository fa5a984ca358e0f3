/**
 * What an architecture tells the rest: how its configuration reads and how its tensors are called.
 *
 * Must not know: where files lie, how tensors are stored.
 */
import type { DecoderConfig, LinearName } from '../../engine/types';
import type { Fields } from '../fields';

/** One weight: engine name, name in the file, shape. */
export interface TensorBinding {
  name: string;
  fileName: string;
  shape: number[];
}

export interface Architecture {
  /** `model_type` of config.json. */
  readonly modelType: string;
  /**
   * The decoder that a configuration describes. `hasTensor` answers by file name, for what older configurations leave
   * to the file. Throws `config-invalid`, `architecture-unsupported` or `rope-unsupported`.
   */
  readConfig(fields: Fields, hasTensor: (fileName: string) => boolean): DecoderConfig;
  /** Every weight, in the order in which it is used. */
  bindings(config: DecoderConfig): TensorBinding[];
  /** File name of an engine weight; null for a name that is no weight here. */
  fileName(engineName: string): string | null;
  /** Module path of a linear layer, as adapters name it: `model.layers.0.self_attn.q_proj`. */
  linearModule(layer: number, linear: LinearName): string;
}
