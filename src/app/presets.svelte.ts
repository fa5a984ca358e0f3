/**
 * The presets that come with the laboratory: one is laid over the settings, and what differs from it is said.
 *
 * Promises: a preset changes the fields it sets and no other; the settings before it can be taken back. Must not know:
 * components.
 */
import { diffFromPreset, parsePresetList, parseSpec, SPEC_VERSION, withPresets, type Preset } from '../spec';
import type { LinkStore } from './link.svelte';
import type { SpecStore } from './spec.svelte';

export class PresetStore {
  list = $state.raw<Preset[]>([]);
  chosen = $state.raw<Preset | null>(null);

  /** `get`: a file that lies beside the page. */
  constructor(
    private readonly get: (path: string) => Promise<Blob>,
    private readonly spec: SpecStore,
    private readonly link: LinkStore,
  ) {}

  /** Reads the presets; without them there is simply nothing to offer. */
  async start(): Promise<void> {
    try {
      this.list = parsePresetList(await (await this.get('presets/index.json')).text(), 'presets');
    } catch {
      this.list = [];
    }
  }

  /** Lays a preset over the settings; null forgets which one it was and changes nothing. */
  choose(name: string | null): void {
    this.chosen = this.list.find((preset) => preset.name === name) ?? null;
    const { valid } = this.spec;
    if (this.chosen === null || valid === null) return;
    const below = { ...this.chosen, sets: valid };
    const laid = parseSpec(withPresets({ specVersion: SPEC_VERSION, ...this.chosen.sets }, [below]), this.chosen.label);
    this.link.take({ from: 'preset', name: this.chosen.label, spec: laid, files: null });
  }

  /** In what the settings differ from the chosen preset over the defaults, in words. */
  get differences(): { label: string; preset: string; here: string }[] {
    const { valid } = this.spec;
    if (this.chosen === null || valid === null) return [];
    return diffFromPreset(valid, [this.chosen]).map(({ label, a, b }) => ({
      label,
      preset: a.text,
      here: b.text,
    }));
  }
}
