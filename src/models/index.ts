/** The public face of `models`: open a folder, write what was trained, read an adapter. */
export { ARCHITECTURE_NAMES, type ArchitectureName } from './architectures';
export type { OutputFile } from './files';
export { generationConfigJson, llamaConfigJson, type LlamaShape, type SpecialIds } from './hf-config';
export { toHalves, writeHfWeights, WRITTEN_DTYPES, type WrittenDtype } from './hf-weights';
export { type HashedFile, type ModelHandle, openModel } from './load';
export { type ModelOutline, readOutline } from './outline';
export { type AdapterDescription, loraScale, type LoraScaling, writeAdapter } from './peft';
export { type LoadedAdapter, readAdapter } from './peft-reader';
