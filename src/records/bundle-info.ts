/**
 * `bundle.json`: what a bundle holds, by size and hash, and under which terms its pairs may be passed on.
 *
 * Promises: equal files give equal text. Must not know: zips.
 */
import * as v from 'valibot';
import { bundleInvalid } from './zip-reader';
import type { Manifest } from './types';

export const BUNDLE_VERSION = 1;

export interface BundleInfo {
  bundleVersion: typeof BUNDLE_VERSION;
  runId: string;
  /** Of the ontology, whose names and identifiers stand in facts and trials. */
  pairs: { source: string; licence: string | null; note: string };
  files: { path: string; bytes: number; sha256: string }[];
}

const infoSchema = v.strictObject({
  bundleVersion: v.literal(BUNDLE_VERSION),
  runId: v.string(),
  pairs: v.strictObject({ source: v.string(), licence: v.nullable(v.string()), note: v.string() }),
  files: v.array(
    v.strictObject({
      path: v.string(),
      bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')),
    }),
  ),
});

export function bundleInfo({ runId, ontology }: Manifest, files: BundleInfo['files']): BundleInfo {
  const { licence, file, version } = ontology;
  const source = version === null ? file.name : `${file.name}, ${version}`;
  const repeats = 'Facts and trials repeat names and identifiers of the ontology as they stand there';
  const note =
    licence === null
      ? `${repeats}. It names no licence: ask its publisher before you pass this bundle on.`
      : `${repeats}: pass them on unaltered and under the ontology’s own licence, naming its version.`;
  return { bundleVersion: BUNDLE_VERSION, runId, pairs: { source, licence, note }, files };
}

export function encodeBundleInfo(info: BundleInfo): string {
  return `${JSON.stringify(info, null, 2)}\n`;
}

/** @param value parsed JSON. Throws LabError `bundle-invalid`, for a newer version too. */
export function checkBundleInfo(value: unknown, place: string): BundleInfo {
  const version = (value as { bundleVersion?: unknown } | null)?.bundleVersion;
  if (typeof version === 'number' && version > BUNDLE_VERSION) {
    throw bundleInvalid(
      `${place}: bundleVersion is ${version}; this Ontoscope reads version ${BUNDLE_VERSION}.`,
      'The bundle was made by a newer Ontoscope: update this one, or reload the page.',
    );
  }
  const result = v.safeParse(infoSchema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw bundleInvalid(`${place}: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}.`);
}
