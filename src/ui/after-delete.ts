/**
 * Where the focus goes when an entry of a list is deleted: to the entry that takes its place, else to what stands for the list.
 *
 * Promises: call it before the entry goes; the focus is never left on nothing. Must not know: what is listed.
 */
import { tick } from 'svelte';

/**
 * @param item the entry that goes
 * @param fallback takes the focus where the list becomes empty: something that stays
 */
export async function focusAfterDelete(item: HTMLElement, fallback: HTMLElement | null): Promise<void> {
  const list = item.parentElement;
  const entries = list ? [...list.children] : [];
  const index = entries.indexOf(item);
  const neighbour = (entries[index + 1] ?? entries[index - 1]) as HTMLElement | undefined;
  await tick();
  const target = neighbour?.querySelector<HTMLElement>('button:not(:disabled)') ?? neighbour ?? fallback;
  if (target && !target.matches('button, a, input, [tabindex]')) target.tabIndex = -1;
  target?.focus({ preventScroll: true });
}
