/**
 * The marks of a chart by keyboard: one of them is in the tab order, arrow keys, Home and End go to the others, Enter and
 * Space press them. Must not know: what a mark is.
 */
import type { Attachment } from 'svelte/attachments';

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** For the element that holds the marks; a mark is what carries `data-mark`, the first with a tabindex of 0. */
export const roving: Attachment<Element> = (holder) => {
  const marks = () => [...holder.querySelectorAll<HTMLElement | SVGElement>('[data-mark]')];
  const press = (event: Event) => {
    if (!(event instanceof KeyboardEvent)) return;
    const all = marks();
    const at = all.findIndex((mark) => mark === event.target);
    if (at < 0) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      all[at]!.dispatchEvent(new MouseEvent('click', { bubbles: true }));
      return;
    }
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? all.length - 1 : at + (STEPS[event.key] ?? 0);
    const next = all[Math.min(all.length - 1, Math.max(0, to))]!;
    if (next === all[at]) return;
    event.preventDefault();
    all[at]!.setAttribute('tabindex', '-1');
    next.setAttribute('tabindex', '0');
    next.focus();
  };
  holder.addEventListener('keydown', press);
  return () => holder.removeEventListener('keydown', press);
};
