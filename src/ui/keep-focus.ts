/**
 * Keeps the focus among some buttons when the one that holds it goes or is switched off: the first that can be pressed
 * takes it, else the place itself.
 *
 * Promises: a focus that a person took elsewhere is left there; nothing is pressed. Must not know: what the buttons do.
 */

/** A Svelte action for the element around the buttons. */
export function keepFocus(place: HTMLElement): { destroy(): void } {
  let held = false;
  const taken = () => (held = true);
  const left = ({ target, relatedTarget }: FocusEvent) => {
    const button = target as HTMLElement;
    if (relatedTarget !== null) held = place.contains(relatedTarget as Node);
    // A button that is taken away is told of before it is gone.
    else
      queueMicrotask(
        () => (held &&= !button.isConnected || button.matches(':disabled') || place.contains(document.activeElement)),
      );
  };
  const watch = new MutationObserver(() => {
    const { activeElement } = document;
    const lost = activeElement === null || activeElement === document.body || activeElement.matches(':disabled');
    if (!held || !lost) return;
    const next = place.querySelector<HTMLElement>('button:not(:disabled)') ?? place;
    if (next === place) place.tabIndex = -1;
    next.focus({ preventScroll: true });
  });
  place.addEventListener('focusin', taken);
  place.addEventListener('focusout', left);
  watch.observe(place, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] });
  return {
    destroy() {
      watch.disconnect();
      place.removeEventListener('focusin', taken);
      place.removeEventListener('focusout', left);
    },
  };
}
