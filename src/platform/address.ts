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

/** The entries that back and forward go through. An entry may keep a text beside its fragment. */
export interface PageHistory extends Pick<PageAddress, 'fragment' | 'withFragment'> {
  /** What the present entry keeps; null where it keeps nothing of ours. */
  kept(): string | null;
  /** The present entry's own name: another one at every link, the same again after going back. */
  entry(): string;
  push(fragment: string, kept: string): void;
  replace(fragment: string, kept: string): void;
  /** The person went back or forward, or wrote another fragment. */
  onMove(listener: () => void): void;
}

const KEPT = 'ontoscope.place';
const ENTRY = 'ontoscope.entry';

function ofEntry(name: string): string | null {
  const state: unknown = history.state;
  const text = typeof state === 'object' && state !== null ? (state as Record<string, unknown>)[name] : null;
  return typeof text === 'string' ? text : null;
}

export const pageHistory: PageHistory = {
  fragment: () => location.hash,
  withFragment: (fragment) => pageAddress.withFragment(fragment),
  kept: () => ofEntry(KEPT),
  entry: () => {
    const named = ofEntry(ENTRY);
    if (named !== null) return named;
    const name = crypto.randomUUID();
    history.replaceState({ ...(history.state as object | null), [ENTRY]: name }, '');
    return name;
  },
  push: (fragment, kept) => history.pushState({ [KEPT]: kept }, '', fragment),
  replace: (fragment, kept) => history.replaceState({ [KEPT]: kept, [ENTRY]: ofEntry(ENTRY) }, '', fragment),
  onMove: (listener) => addEventListener('popstate', listener),
};

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
