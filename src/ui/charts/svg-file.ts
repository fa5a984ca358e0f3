/**
 * A drawn chart as a file of its own: title and legend above, the colours and fonts of the style sheets written in.
 *
 * Promises: whatever the plot draws, as SVG or on canvas, stands at its place, and so do words beside it that are marked
 * `data-written` and stand on one line. Must not know: which chart it is.
 */
import { pictureOf } from './marks/canvas-picture';

const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-opacity',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'paint-order',
  'opacity',
  'display',
  'visibility',
  'font-family',
  'font-size',
  'font-style',
  'font-weight',
  'text-anchor',
] as const;
const NAMESPACE = 'http://www.w3.org/2000/svg';
const HEADER = 58;
const MARGIN = 12;

export interface SvgParts {
  title: string;
  note: string;
  /** The legend as shown on the page: list items that start with a drawn line. */
  legend: Element | null;
}

function element(name: string, attributes: Record<string, string | number>, text?: string): SVGElement {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}

/** A copy that looks the same without any style sheet. */
function styledCopy(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((target, index) => {
    const computed = getComputedStyle(originals[index]!);
    target.setAttribute('style', STYLES.map((name) => `${name}:${computed.getPropertyValue(name)}`).join(';'));
    target.removeAttribute('class');
  });
  return copy;
}

function legendEntries(legend: Element | null, y: number): SVGElement[] {
  let x = 0;
  return [...(legend?.querySelectorAll('li') ?? [])].flatMap((item) => {
    const text = item.textContent.trim();
    const key = styledCopy(item.querySelector('svg')!);
    key.setAttribute('x', String(x));
    key.setAttribute('y', String(y - 9));
    const label = element('text', { x: x + 30, y, 'font-size': 12 }, text);
    x += 46 + text.length * 6.6;
    return [key, label];
  });
}

/** What the plot draws, not what is drawn within it. */
export function picturesOf(plot: Element): (SVGSVGElement | HTMLCanvasElement)[] {
  return [...plot.querySelectorAll<SVGSVGElement | HTMLCanvasElement>('svg, canvas')].filter(
    (picture) => picture.parentElement?.closest('svg, [data-no-export]') === null,
  );
}

function placed(picture: SVGSVGElement | HTMLCanvasElement, within: DOMRect, scale: number): SVGElement {
  const { left, top, width, height } = picture.getBoundingClientRect();
  const drawn =
    picture instanceof HTMLCanvasElement ? element('image', { href: pictureOf(picture, scale) }) : styledCopy(picture);
  const place = { x: MARGIN + left - within.left, y: HEADER + top - within.top, width, height };
  for (const [key, value] of Object.entries(place)) drawn.setAttribute(key, String(value));
  return drawn;
}

/** One line of text of the page. */
function written(words: Element, within: DOMRect): SVGElement {
  const { left, top, height } = words.getBoundingClientRect();
  const { color, fontFamily, fontSize, fontWeight } = getComputedStyle(words);
  // Where the letters of a line stand: in its middle, a third of their size below it.
  const y = HEADER + top - within.top + height / 2 + parseFloat(fontSize) * 0.35;
  const place = { x: MARGIN + left - within.left, y };
  const font = { 'font-family': fontFamily, 'font-size': fontSize, 'font-weight': fontWeight };
  return element('text', { ...place, ...font, fill: color }, words.textContent.trim().replace(/\s+/g, ' '));
}

/** @param scale pixels of what is drawn on canvas for one of the page's */
export function svgFile(plot: Element, { title, note, legend }: SvgParts, scale: number): string {
  const within = plot.getBoundingClientRect();
  const page = getComputedStyle(document.body);
  const file = element('svg', {
    xmlns: NAMESPACE,
    width: within.width + 2 * MARGIN,
    height: within.height + HEADER + 2 * MARGIN,
    'font-family': page.fontFamily,
    fill: page.color,
  });
  const header = element('g', { transform: `translate(${MARGIN} ${MARGIN})` });
  header.append(element('text', { y: 15, 'font-size': 15, 'font-weight': 600 }, title), ...legendEntries(legend, 38));
  file.append(
    element('title', {}, title),
    element('desc', {}, note),
    element('rect', { width: '100%', height: '100%', fill: page.backgroundColor }),
    header,
    ...picturesOf(plot).map((picture) => placed(picture, within, scale)),
    ...[...plot.querySelectorAll('[data-written]')].map((words) => written(words, within)),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(file)}\n`;
}
