/** How the page looks, kept in this browser: the theme. A browser that keeps nothing still switches. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'ontoscope.theme';

function kept(storage: Storage | null): Theme {
  try {
    return THEMES.find((theme) => theme === storage?.getItem(KEY)) ?? 'system';
  } catch {
    return 'system';
  }
}

export class SettingsStore {
  #theme = $state<Theme>('system');
  readonly #storage: Storage | null;

  constructor(storage: Storage | null) {
    this.#storage = storage;
    this.#theme = kept(storage);
  }

  get theme(): Theme {
    return this.#theme;
  }

  set theme(theme: Theme) {
    this.#theme = theme;
    try {
      this.#storage?.setItem(KEY, theme);
    } catch {
      // Nothing to do: the choice lasts as long as the page.
    }
  }
}
