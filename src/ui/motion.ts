/** Whether a person wants less motion, now and when it changes. Styles have their own rule in base.css. */

const query = () => matchMedia('(prefers-reduced-motion: reduce)');

/** For what moves once: it jumps. */
export function wantsLessMotion(): boolean {
  return query().matches;
}

/** @returns how to stop */
export function reducedMotion(tell: (wanted: boolean) => void): () => void {
  const asked = query();
  const changed = () => tell(asked.matches);
  changed();
  asked.addEventListener('change', changed);
  return () => asked.removeEventListener('change', changed);
}
