/**
 * A spec from wherever one stands: a spec file, a run's folder, a bundle, a link.
 *
 * Promises: the spec is filled and valid; how it had to be migrated is told. Must not know: what is done with it.
 */
import { stat } from 'node:fs/promises';
import {
  applyOverrides,
  decodeSpecLink,
  isSpecLink,
  migrationsOf,
  parseSpec,
  parseSpecJson,
  withPresets,
  type ExperimentSpec,
  type Migration,
} from '../spec';
import { readNamedText, readNodeBytes } from './node-folder';
import { choosePresets } from './presets';
import { openStoredRun } from './stored-run';

export interface SpecSource {
  /** As the user gave it. */
  name: string;
  kind: 'spec' | 'run' | 'link';
  spec: ExperimentSpec;
  migrations: Migration[];
}

interface Changes {
  sets?: readonly string[] | undefined;
  presets?: readonly string[] | undefined;
}

/** Throws what reading and checking the spec throws. */
export async function readSpecSource(place: string, { sets = [], presets = [] }: Changes = {}): Promise<SpecSource> {
  const { kind, value } = await readValue(place);
  const layered = withPresets(value, await choosePresets(presets));
  const spec = parseSpec(applyOverrides(layered, sets), place);
  return { name: place, kind, spec, migrations: migrationsOf(value) };
}

async function readValue(place: string): Promise<{ kind: SpecSource['kind']; value: unknown }> {
  const fragment = place.slice(place.indexOf('#'));
  if (isSpecLink(fragment)) return { kind: 'link', value: decodeSpecLink(fragment) };
  if (await isRun(place)) return { kind: 'run', value: (await openStoredRun(place)).bundle.manifest.spec };
  return { kind: 'spec', value: parseSpecJson((await readNamedText(place)).text, place) };
}

/** A zip is told by its first bytes, whatever it is called. */
async function isRun(place: string): Promise<boolean> {
  const found = await stat(place).catch(() => null);
  if (found === null || found.isDirectory()) return found !== null;
  const [p, k] = await readNodeBytes(place);
  return p === 0x50 && k === 0x4b;
}
