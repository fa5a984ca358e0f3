/**
 * The presets that come with the laboratory: one is laid over the settings, and what differs from it is said.
 *
 * Promises: a preset changes the fields it sets and no other; the settings before it can be taken back. Must not know:
 * components.
 */
import { diffFromPreset, parsePresetList, parseSpec, SPEC_VERSION, withPresets, type Preset } from '../spec';
import type { LinkStore } from './link.svelte';
import type { ExperimentSpec } from '../spec/schema';
import type { SpecStore } from './spec.svelte';

/** A field, or a whole group, that differs. */
export interface Difference {
  path: string;
  label: string;
  base: string;
  here: string;
  /** Of the base. */
  value: unknown;
  /** Of the settings here. */
  own: unknown;
}

export class PresetStore {
  list = $state.raw<Preset[]>([]);
  chosen = $state.raw<Preset | null>(null);

  readonly #differences: readonly Difference[] = $derived.by(() => {
    const { valid } = this.spec;
    if (valid === null) return [];
    const differences = diffFromPreset(valid, this.chosen === null ? [] : [this.chosen]);
    return differences.map(({ path, label, a, b }) => ({
      path,
      label,
      base: a.text,
      here: b.text,
      value: a.value,
      own: b.value,
    }));
  });

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
    const laid = this.chosen && this.laid(this.chosen);
    if (laid === null) return;
    this.link.take({ from: 'preset', name: this.chosen!.label, spec: laid, files: null });
  }

  /** The settings with a preset laid over them; null while one of them is wrong. */
  laid(preset: Preset): ExperimentSpec | null {
    const { valid } = this.spec;
    if (valid === null) return null;
    const below = { ...preset, sets: valid };
    return parseSpec(withPresets({ specVersion: SPEC_VERSION, ...preset.sets }, [below]), preset.label);
  }

  /** What the settings are held against, in words. */
  get against(): string {
    return this.chosen?.label ?? 'the defaults';
  }

  /** In what the settings differ from the chosen preset over the defaults, or from the defaults alone. */
  get differences(): readonly Difference[] {
    return this.#differences;
  }

  /** As the preset, or the defaults, have it. */
  takeBack({ path, value }: Difference): void {
    this.spec.assign(path, structuredClone(value));
  }
}
