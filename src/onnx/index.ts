/** The public face of `onnx`: a decoder as a folder for ONNX Runtime and transformers.js. */
export type { StreamedFile } from './file';
export { onnxFolder, type OnnxExport } from './folder';
