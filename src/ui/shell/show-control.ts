/** How a component leads to the control of a setting, which may stand in another section. */
import { getContext, setContext } from 'svelte';
import { scrollToControl } from '../scroll-to-control';

const KEY = Symbol('show control');
type Show = (control: string) => void;

/** To be called while the page is set up. */
export function provideShowControl(show: Show): void {
  setContext(KEY, show);
}

/** Within the page the way through its sections; alone, what can be seen. To be called while a component is set up. */
export function useShowControl(): Show {
  return getContext<Show | undefined>(KEY) ?? ((control) => void scrollToControl(control));
}
