/**
 * Adapters by themselves: what a folder holds, an adapter worked into its model.
 *
 * Must not know: hosts, how anything is printed.
 */
import { lastPart, type FileFolder } from '../core/files';
import {
  type AdapterReport,
  inspectAdapter,
  type LoadedAdapter,
  mergeAdapter,
  type ModelHandle,
  namedWeights,
  openModel,
  type OutputFile,
  readAdapter,
  writeHfWeights,
  type WrittenDtype,
} from '../models';
import { sideFiles } from './adapter';

export interface InspectedAdapter extends AdapterReport {
  name: string;
  /** The model that its tensors were held against; null where none was given. */
  model: { name: string; architecture: string } | null;
}

/** Throws the LabError of whatever is wrong with the adapter, or with the adapter for this model. */
export async function inspectAdapterFolder(
  folder: FileFolder,
  modelFolder: FileFolder | null,
): Promise<InspectedAdapter> {
  const report = await inspectAdapter(folder);
  const model = modelFolder && (await openModel(modelFolder));
  if (model) await readAdapter(folder, model);
  const name = lastPart(folder.name);
  return { name, ...report, model: model && { name: model.name, architecture: model.architecture } };
}

export interface MergedModel {
  model: ModelHandle;
  adapter: LoadedAdapter;
  /** A folder that opens as a model. */
  files: OutputFile[];
}

/** A model with an adapter worked into its weights. */
export async function mergeIntoModel(
  modelFolder: FileFolder,
  adapterFolder: FileFolder,
  dtype: WrittenDtype,
): Promise<MergedModel> {
  const model = await openModel(modelFolder);
  const adapter = await readAdapter(adapterFolder, model);
  const merged = mergeAdapter(await model.loadWeights(), model.config, adapter);
  const weights = writeHfWeights(namedWeights(merged, model.weights), model.config, model.architecture, dtype);
  return { model, adapter, files: [...(await sideFiles(model, modelFolder, dtype)), weights] };
}
