/**
 * What an architecture tells the rest: how its configuration reads and how its tensors are called.
 *
 * Must not know: where files lie, how tensors are stored.
 */
import type { DecoderConfig, LinearName } from '../../engine/types';
import type { Fields } from '../fields';
import type { StoredAs } from '../stored';

/** One weight: engine name, name in the file, shape. */
export interface TensorBinding {
  name: string;
  fileName: string;
  /** As the engine has it. */
  shape: number[];
  /** As the file has it, where that is something else. */
  stored?: StoredAs;
}

/** The module of the model that holds a linear layer, as adapters name it. */
export interface LinearModule {
  /** `model.layers.0.self_attn.q_proj`. */
  path: string;
  /** Where the layer is one of several that a module computes at once. */
  stored?: StoredAs;
}

export interface Architecture {
  /** `model_type` of config.json. */
  readonly modelType: string;
  /**
   * The decoder that a configuration describes. `hasTensor` answers by file name, for what older configurations leave
   * to the file. Throws `config-invalid`, `architecture-unsupported` or `rope-unsupported`.
   */
  readConfig(fields: Fields, hasTensor: (fileName: string) => boolean): DecoderConfig;
  /** Every weight, in the order in which it is used. Without `hasTensor`: under the names that transformers writes. */
  bindings(config: DecoderConfig, hasTensor?: (fileName: string) => boolean): TensorBinding[];
  linearModule(config: DecoderConfig, layer: number, linear: LinearName): LinearModule;
}
