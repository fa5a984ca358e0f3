/**
 * A model as an ONNX folder, for ONNX Runtime and transformers.js.
 *
 * Must not know: hosts, where the files go.
 */
import type { FileFolder } from '../core/files';
import { openModel, type WrittenDtype } from '../models';
import { onnxFolder, type StreamedFile } from '../onnx';
import { ONTOSCOPE_VERSION } from './version';

export interface OnnxExportOptions {
  /** Widths of the weights: each gives a file of its own. */
  dtypes: readonly WrittenDtype[];
  /** Weights beyond this lie in files beside the model; a default of 1 GiB. */
  limitBytes?: number;
}

/** Throws as `openModel` does, and `tensor-dtype` while pieces are made, where f16 cannot hold a weight. */
export async function exportOnnx(folder: FileFolder, options: OnnxExportOptions): Promise<StreamedFile[]> {
  const model = await openModel(folder);
  return onnxFolder({ folder, model, source: model.weightSource(), producerVersion: ONTOSCOPE_VERSION, ...options });
}
