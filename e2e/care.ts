/** What eyes and hands need of a page, read off its styles: nothing that moves for long, a ring around what has the focus. */
import type { Page } from '@playwright/test';

/** The longest animation or transition that any element has or could begin, in milliseconds. */
export async function longestMotionMs(page: Page): Promise<number> {
  return page.evaluate(() => {
    const ms = (times: string) =>
      Math.max(...times.split(',').map((time) => parseFloat(time) * (time.trim().endsWith('ms') ? 1 : 1000)));
    const styled = [...document.querySelectorAll('*')].flatMap((element) =>
      [null, '::before', '::after'].flatMap((pseudo) => {
        const style = getComputedStyle(element, pseudo);
        const animation = style.animationName === 'none' ? 0 : ms(style.animationDuration) + ms(style.animationDelay);
        return [ms(style.transitionDuration) + ms(style.transitionDelay), animation];
      }),
    );
    const running = document.getAnimations().map((each) => Number(each.effect?.getComputedTiming().endTime ?? 0));
    return Math.max(0, ...styled.filter(Number.isFinite), ...running);
  });
}

/** One control of each kind on show that shows no ring while it has the focus; the page was last worked by a key. */
export async function controlsWithoutRing(page: Page): Promise<{ looked: number; without: string[] }> {
  // As by Tab: rings are for those who do not point.
  await page.keyboard.press('Tab');
  return page.evaluate(() => {
    const TABBED = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
    const kind = (element: Element) => {
      const { tagName, parentElement } = element;
      const plain = (text: string | null | undefined) => (text ?? '').replace(/\d+/g, '#');
      const own = [element.getAttribute('type'), element.getAttribute('role'), plain(element.getAttribute('class'))];
      return [tagName, ...own, parentElement?.tagName, plain(parentElement?.getAttribute('class'))].join(' ');
    };
    const seen = new Map<string, HTMLElement>();
    for (const element of document.querySelectorAll<HTMLElement>(TABBED)) {
      const off = element.matches(':disabled, [inert] *, [tabindex="-1"], [aria-disabled="true"]');
      if (!off && element.checkVisibility() && !seen.has(kind(element))) seen.set(kind(element), element);
    }
    const wanted = getComputedStyle(document.documentElement).getPropertyValue('--focus').trim();
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.color = wanted;
    const focus = getComputedStyle(probe).color;
    probe.remove();
    /** A hidden input shows its ring on its label or on the button that stands for it, a shape of a chart as its edge. */
    const rings = (element: Element) => {
      const around = [element, element.parentElement, element.closest('label')].filter((each) => each !== null);
      const near = [...around, ...element.querySelectorAll('*'), ...(element.parentElement?.children ?? [])];
      return near.filter((each) => {
        const { outlineStyle, outlineWidth, outlineColor, stroke, strokeWidth } = getComputedStyle(each);
        const outlined = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && outlineColor === focus;
        return outlined || (each instanceof SVGElement && stroke === focus && parseFloat(strokeWidth) >= 2);
      }).length;
    };
    const without: string[] = [];
    for (const [name, element] of seen) {
      (document.activeElement as HTMLElement | null)?.blur();
      const before = rings(element);
      element.focus({ preventScroll: true });
      if (document.activeElement === element && rings(element) <= before) without.push(name);
      if (document.activeElement !== element) without.push(`${name} takes no focus`);
    }
    (document.activeElement as HTMLElement | null)?.blur();
    return { looked: seen.size, without };
  });
}
