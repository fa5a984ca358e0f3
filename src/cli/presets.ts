/**
 * The presets that come with Ontoscope, and those of the user's own files.
 *
 * Must not know: what a preset sets.
 */
import published from '../../public/presets/index.json';
import { LabError } from '../core/errors';
import { parsePreset, parsePresetList, type Preset } from '../spec';
import { nearestName } from '../spec/suggest';
import { readNamedText } from './node-folder';

export const PRESET_OPTION = { preset: { type: 'string', multiple: true } } as const;
export const PRESET_HELP = `  --preset NAME    lays the spec on a preset (ontoscope spec presets lists them; also a path to a preset's file): the
                   spec's own fields win; may be given many times, the later over the earlier`;

export function publishedPresets(): Preset[] {
  return parsePresetList(published, 'presets/index.json');
}

/** In the order given. A name with a dot or a slash is a file. Throws `usage` for an unknown name, and what reading throws. */
export async function choosePresets(names: readonly string[]): Promise<Preset[]> {
  const known = names.length > 0 ? publishedPresets() : [];
  return Promise.all(
    names.map(async (name) => {
      if (/[./\\]/.test(name)) return parsePreset((await readNamedText(name)).text, name);
      const found = known.find((preset) => preset.name === name);
      if (found) return found;
      const all = known.map((preset) => preset.name);
      const near = nearestName(name, all);
      throw new LabError('usage', `There is no preset “${name}”.`, {
        hint: `${near ? `Did you mean ${near}? ` : ''}There are ${all.join(', ')}; a file is named by its path.`,
      });
    }),
  );
}
