/**
 * The page's own address: its fragment, and the clipboard that takes links to it.
 *
 * Must not know: what a fragment means.
 */
export interface PageAddress {
  fragment(): string;
  /** Takes the fragment off without another entry in the history. */
  clear(): void;
  /** The address with another fragment, which begins with `#`. */
  withFragment(fragment: string): string;
  onChange(listener: () => void): void;
  /** False where the browser does not let the page write to the clipboard. */
  copy(text: string): Promise<boolean>;
}

export const pageAddress: PageAddress = {
  fragment: () => location.hash,
  clear: () => history.replaceState(history.state, '', `${location.pathname}${location.search}`),
  withFragment: (fragment) => `${location.origin}${location.pathname}${location.search}${fragment}`,
  onChange: (listener) => addEventListener('hashchange', listener),
  copy: async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  },
};
