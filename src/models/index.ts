/** The public face of `models`: open a folder, write what was trained, read an adapter. */
export { architecture, ARCHITECTURE_NAMES, type ArchitectureName } from './architectures';
export type { OutputFile } from './files';
export { generationConfigJson, llamaConfigJson, type LlamaShape, type SpecialIds } from './hf-config';
export { toHalves, writeHfWeights, WRITTEN_DTYPES, type WrittenDtype } from './hf-weights';
export { type HashedFile, type ModelHandle, openModel } from './load';
export { mergeAdapter, namedWeights } from './merge';
export { type ModelOutline, readOutline } from './outline';
export { createWeb, type DownloadProgress, type FetchOptions, type KeptModel, ModelCache, type Web } from './remote';
export { type AdapterDescription, loraScale, type LoraScaling, writeAdapter } from './peft';
export { type AdapterReport, inspectAdapter } from './peft-inspect';
export { type LoadedAdapter, readAdapter } from './peft-reader';
export { resolveTargets } from './targets';
