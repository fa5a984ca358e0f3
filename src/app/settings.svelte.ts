/** How the page looks and listens, kept in this browser. A browser that keeps nothing still switches. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const THEME = 'ontoscope.theme';
const SHORTCUTS = 'ontoscope.shortcuts';
const OFF = 'off';

export class SettingsStore {
  #theme = $state<Theme>('system');
  #shortcuts = $state(true);
  readonly #storage: Storage | null;

  constructor(storage: Storage | null) {
    this.#storage = storage;
    this.#theme = THEMES.find((theme) => theme === this.#kept(THEME)) ?? 'system';
    this.#shortcuts = this.#kept(SHORTCUTS) !== OFF;
  }

  get theme(): Theme {
    return this.#theme;
  }

  set theme(theme: Theme) {
    this.#theme = theme;
    this.#keep(THEME, theme);
  }

  /** Keys that act without Ctrl or a menu: some people's speech or switch input would press them by chance. */
  get shortcuts(): boolean {
    return this.#shortcuts;
  }

  set shortcuts(on: boolean) {
    this.#shortcuts = on;
    this.#keep(SHORTCUTS, on ? 'on' : OFF);
  }

  #kept(name: string): string | null {
    try {
      return this.#storage?.getItem(name) ?? null;
    } catch {
      return null;
    }
  }

  #keep(name: string, value: string): void {
    try {
      this.#storage?.setItem(name, value);
    } catch {
      // Nothing to do: the choice lasts as long as the page.
    }
  }
}
