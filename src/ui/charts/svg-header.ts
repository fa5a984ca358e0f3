/**
 * What stands above the drawing in a saved picture: title, the note with n, interval and test, which run it is of, the legend.
 *
 * Promises: everything within the width; what a reader needs to judge the picture goes with it.
 */
import { element, linesOf, measureIn, styledCopy } from './svg-parts';

export interface HeaderParts {
  title: string;
  note: string;
  /** Which run, on what it was computed; empty where it is of none. */
  source: string;
  /** The legend as shown on the page: list items that start with a drawn line. */
  legend: Element | null;
}

const TITLE = { size: 15, line: 19, weight: 600, opacity: 1 };
const WORDS = { size: 11, line: 15, weight: 400, opacity: 0.75 };
const LEGEND = { size: 12, line: 18, key: 30, gap: 16 };

/** @returns the elements, and how much room they take downwards */
export function headerOf(
  { title, note, source, legend }: HeaderParts,
  width: number,
  font: string,
): { elements: SVGElement[]; height: number } {
  const elements: SVGElement[] = [];
  let y = 0;
  const write = (text: string, { size, line, weight, opacity }: typeof WORDS) => {
    for (const each of linesOf(text, width, measureIn(`${weight} ${size}px ${font}`))) {
      y += line;
      const style = { 'font-size': size, 'font-weight': weight, 'fill-opacity': opacity };
      elements.push(element('text', { y: y - line * 0.25, ...style }, each));
    }
  };
  write(title, TITLE);
  write(note, WORDS);
  write(source, WORDS);
  const entries = [...(legend?.querySelectorAll('li') ?? [])];
  const measure = measureIn(`${LEGEND.size}px ${font}`);
  let x = 0;
  if (entries.length > 0) y += LEGEND.line;
  for (const item of entries) {
    const text = item.textContent.trim();
    const wide = LEGEND.key + measure(text);
    if (x > 0 && x + wide > width) {
      x = 0;
      y += LEGEND.line;
    }
    const key = styledCopy(item.querySelector('svg')!);
    key.setAttribute('x', String(x));
    key.setAttribute('y', String(y - 13));
    elements.push(key, element('text', { x: x + LEGEND.key, y: y - 4, 'font-size': LEGEND.size }, text));
    x += wide + LEGEND.gap;
  }
  return { elements, height: y + 8 };
}
