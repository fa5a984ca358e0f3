/** Whether a person wants less motion, now and when it changes. */

/** @returns how to stop */
export function reducedMotion(tell: (wanted: boolean) => void): () => void {
  const query = matchMedia('(prefers-reduced-motion: reduce)');
  const changed = () => tell(query.matches);
  changed();
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}
