/**
 * In what runs differ: their settings, the files they were made of, where they ran. Pure.
 *
 * Promises: a row for everything that is not the same in all of them, and none for what is; names are left out, for they
 * stand above.
 */
import { describeDifferences, describeSpec } from '../../spec';
import { fieldRow, groupRow } from '../../spec/fields';
import type { Manifest } from '../../records/types';

export interface SettingRow {
  /** Dotted; of what is no setting, a word. */
  path: string;
  label: string;
  /** One a run, in their order. */
  values: string[];
  /** It decides which facts there are: runs that differ here are compared with care. */
  data: boolean;
}

const UNTOLD = ['$schema', 'name', 'description'];
/** Where files were read from: told only where the files themselves differ. */
const FILES: Readonly<Record<string, (manifest: Manifest) => string>> = {
  'model.path': ({ model }) => filesOf(model.files),
  'ontology.path': ({ ontology }) => ontology.file.sha256,
};
const DATA = /^(ontology|sampling|seed$|templates\.examples)/;

export function settingRows(manifests: readonly Manifest[]): SettingRow[] {
  const [first, ...others] = manifests;
  if (first === undefined) return [];
  const paths = new Set(others.flatMap(({ spec }) => describeDifferences(first.spec, spec).map(({ path }) => path)));
  const told = manifests.map(({ spec }) => new Map(describeSpec(spec).map(({ path, text }) => [path, text] as const)));
  const changes = others.map(({ spec }) => describeDifferences(first.spec, spec));
  const settings = [...paths]
    .filter((path) => !UNTOLD.includes(path) && !isSameFile(path, manifests))
    .map((path) => {
      const own = told[0]!.get(path) ?? changes.flat().find((change) => change.path === path)!.a.text;
      const values = others.map(
        (_, index) =>
          changes[index]!.find((change) => change.path === path)?.b.text ?? told[index + 1]!.get(path) ?? own,
      );
      return { path, label: labelOf(path), values: [own, ...values], data: DATA.test(path) };
    });
  const beside = [
    besides('model files', 'Weights', manifests, ({ model }) =>
      `${model.name}, ${hashOf(model.files.find(({ name }) => name.endsWith('.safetensors')) ?? model.files[0])}`),
    besides('ontology file', 'Ontology', manifests, ({ ontology }) => `${ontology.file.name}, ${hashOf(ontology.file)}`, true),
    besides('data set', 'Drawn pairs', manifests, ({ dataset }) => `${dataset.seen} seen, ${dataset.withheld} withheld, ${dataset.hash.slice(0, 8)}`, true),
    besides('gpu', 'Device', manifests, ({ gpu }) => gpu.description || [gpu.vendor, gpu.architecture].filter(Boolean).join(' ') || 'unnamed'),
    besides('version', 'Ontoscope', manifests, ({ versions }) => versions.ontoscope),
    besides('state', 'Ended as', manifests, ({ state }) => state),
  ]; // prettier-ignore
  return [...settings, ...beside].filter(({ values }) => new Set(values).size > 1);
}

function besides(
  path: string,
  label: string,
  manifests: readonly Manifest[],
  text: (manifest: Manifest) => string,
  data = false,
): SettingRow {
  return { path, label, values: manifests.map(text), data };
}

function isSameFile(path: string, manifests: readonly Manifest[]): boolean {
  const hash = FILES[path];
  return hash !== undefined && new Set(manifests.map(hash)).size === 1;
}

/** By name and content, whatever their order. */
const filesOf = (files: Manifest['model']['files']) =>
  files
    .map(({ name, sha256 }) => `${name} ${sha256}`)
    .sort()
    .join();

const hashOf = (file: { sha256: string } | undefined) => file?.sha256.slice(0, 8) ?? 'no file';

/** A field's label with its group's, where the label alone could be of several. */
function labelOf(path: string): string {
  const label = fieldRow(path)?.label ?? groupRow(path)?.label ?? path;
  const group = groupRow(path.split('.')[0]!)?.label;
  return group === undefined || group === label ? label : `${group}: ${label}`;
}
