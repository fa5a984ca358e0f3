/** How the page looks and listens, kept in this browser. A browser that keeps nothing still switches. */
import { KeptText } from './kept-text';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const THEME = 'ontoscope.theme';
const SHORTCUTS = 'ontoscope.shortcuts';
const OFF = 'off';

export class SettingsStore {
  #theme = $state<Theme>('system');
  #shortcuts = $state(true);
  readonly #keptTheme: KeptText;
  readonly #keptShortcuts: KeptText;

  constructor(storage: Storage | null) {
    this.#keptTheme = new KeptText(storage, THEME);
    this.#keptShortcuts = new KeptText(storage, SHORTCUTS);
    const kept = this.#keptTheme.get();
    this.#theme = THEMES.find((theme) => theme === kept) ?? 'system';
    this.#shortcuts = this.#keptShortcuts.get() !== OFF;
  }

  get theme(): Theme {
    return this.#theme;
  }

  set theme(theme: Theme) {
    this.#theme = theme;
    this.#keptTheme.set(theme);
  }

  /** Keys that act without Ctrl or a menu: some people's speech or switch input would press them by chance. */
  get shortcuts(): boolean {
    return this.#shortcuts;
  }

  set shortcuts(on: boolean) {
    this.#shortcuts = on;
    this.#keptShortcuts.set(on ? 'on' : OFF);
  }
}
