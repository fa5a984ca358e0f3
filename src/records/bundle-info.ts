/**
 * `bundle.json`: what a bundle holds, by size and hash, and under which terms its pairs may be passed on.
 *
 * Promises: equal files give equal text. Must not know: zips.
 */
import * as v from 'valibot';
import { isLeftOut } from './left-out';
import { bundleInvalid } from './zip-reader';
import type { Manifest } from './types';

/** 1: with the texts of the pairs; 2: without them, which readers of 1 could not have told. */
export const BUNDLE_VERSION = 2;

export interface BundleInfo {
  bundleVersion: 1 | 2;
  runId: string;
  /** Of the ontology, whose names and identifiers stand in facts and trials, or were left out of them. */
  pairs: { source: string; licence: string | null; note: string; texts?: 'left-out' };
  files: { path: string; bytes: number; sha256: string }[];
}

const pairs = { source: v.string(), licence: v.nullable(v.string()), note: v.string() };
const common = {
  runId: v.string(),
  files: v.array(
    v.strictObject({
      path: v.string(),
      bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')),
    }),
  ),
};
const infoSchema = v.variant('bundleVersion', [
  v.strictObject({ bundleVersion: v.literal(1), ...common, pairs: v.strictObject(pairs) }),
  v.strictObject({
    bundleVersion: v.literal(2),
    ...common,
    pairs: v.strictObject({ ...pairs, texts: v.literal('left-out') }),
  }),
]);

export function bundleInfo(manifest: Manifest, files: BundleInfo['files']): BundleInfo {
  const { runId, ontology } = manifest;
  const { licence, file, version } = ontology;
  const source = version === null ? file.name : `${file.name}, ${version}`;
  if (isLeftOut(manifest)) {
    const note =
      `Names and identifiers of the ontology were left out. Each fact holds the SHA-256 of its pair; ` +
      `the file ${file.name} with SHA-256 ${file.sha256} gives them back.`;
    return { bundleVersion: 2, runId, pairs: { source, licence, note, texts: 'left-out' }, files };
  }
  const repeats = 'Facts and trials repeat names and identifiers of the ontology as they stand there';
  const note =
    licence === null
      ? `${repeats}. It names no licence: ask its publisher before you pass this bundle on.`
      : `${repeats}: pass them on unaltered and under the ontology’s own licence, naming its version.`;
  return { bundleVersion: 1, runId, pairs: { source, licence, note }, files };
}

export function encodeBundleInfo(info: BundleInfo): string {
  return `${JSON.stringify(info, null, 2)}\n`;
}

/** @param value parsed JSON. Throws LabError `bundle-invalid`, for a newer version too. */
export function checkBundleInfo(value: unknown, place: string): BundleInfo {
  const version = (value as { bundleVersion?: unknown } | null)?.bundleVersion;
  if (typeof version === 'number' && version > BUNDLE_VERSION) {
    throw bundleInvalid(
      `${place}: bundleVersion is ${version}; this Ontoscope reads versions up to ${BUNDLE_VERSION}.`,
      'The bundle was made by a newer Ontoscope: update this one, or reload the page.',
    );
  }
  const result = v.safeParse(infoSchema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw bundleInvalid(`${place}: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}.`);
}
