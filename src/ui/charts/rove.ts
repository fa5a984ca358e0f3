/**
 * Marks of a picture as one stop of the Tab key: arrows go from mark to mark.
 *
 * Must not know: what the marks are.
 */
const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Moves the focus among the marks (`[data-mark]`) of a picture; for its `keydown`. */
export function rove(event: KeyboardEvent & { currentTarget: Element }): void {
  const marks = [...event.currentTarget.querySelectorAll<HTMLElement | SVGElement>('[data-mark]')];
  const at = marks.indexOf(event.target as HTMLElement);
  const step = STEPS[event.key];
  const to = event.key === 'Home' ? 0 : event.key === 'End' ? marks.length - 1 : step === undefined ? -1 : at + step;
  const next = at < 0 ? undefined : marks[to];
  if (next === undefined) return;
  event.preventDefault();
  for (const mark of marks) mark.setAttribute('tabindex', mark === next ? '0' : '-1');
  next.focus();
}

/** Enter and the space bar press a mark, as they press a button. */
export function pressed(event: KeyboardEvent, press: () => void): void {
  if (event.key !== 'Enter' && event.key !== ' ') return;
  event.preventDefault();
  press();
}
