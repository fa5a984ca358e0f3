/** What a key means while a lesson is presented. Pure. */
export interface PresenterState {
  /** From 1. */
  step: number;
  count: number;
  /** The meaning of a word is open: Escape closes that first. */
  noteOpen: boolean;
}

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'> & { target: EventTarget | null };

/** The step to go to; null: the key is not the presenter's. */
export function presenterKey(press: Press, { step, count, noteOpen }: PresenterState): number | 'leave' | null {
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  const to = (next: number) => (next >= 1 && next <= count && next !== step ? next : null);
  switch (press.key) {
    case 'Escape':
      return noteOpen ? null : 'leave';
    case 'PageDown':
      return to(step + 1);
    case 'PageUp':
      return to(step - 1);
    case 'ArrowRight':
      return scrolls(press.target) ? null : to(step + 1);
    case 'ArrowLeft':
      return scrolls(press.target) ? null : to(step - 1);
    case 'Home':
      return to(1);
    case 'End':
      return to(count);
    default:
      return null;
  }
}

/** Arrows belong to what scrolls sideways, and to marks that are chosen with them. */
function scrolls(target: EventTarget | null): boolean {
  if (target === null || !('closest' in target)) return false;
  const region = (target as Element).closest<HTMLElement>(
    '[role="region"][tabindex="0"], [role="slider"], svg [tabindex]',
  );
  return region !== null && (region.scrollWidth === undefined || region.scrollWidth > region.clientWidth);
}
