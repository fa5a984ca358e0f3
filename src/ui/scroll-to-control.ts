import { wantsLessMotion } from './motion';

/** Brings the control that fixes an error into view, opens whatever folds it away, and focuses it. */
export function scrollToControl(control: string): boolean {
  for (let path = control; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('.')))) {
    const exact = document.querySelector<HTMLElement>(`[data-control="${CSS.escape(path)}"]`);
    const target = exact ?? document.querySelector<HTMLElement>(`[data-control^="${CSS.escape(path)}."]`);
    if (target === null) continue;
    for (let fold = target.closest('details'); fold !== null; fold = fold.parentElement?.closest('details') ?? null) {
      fold.open = true;
    }
    target.scrollIntoView({ block: 'center', behavior: wantsLessMotion() ? 'instant' : 'smooth' });
    target.focus({ preventScroll: true });
    return true;
  }
  return false;
}
