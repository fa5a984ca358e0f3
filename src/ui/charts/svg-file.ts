/**
 * A drawn chart as a file of its own: title, note and legend above, the colours and fonts of the style sheets written in.
 *
 * Promises: whatever the plot draws, as SVG or on canvas, stands at its place, and so do words beside it that are marked
 * `data-written` and stand on one line. Must not know: which chart it is.
 */
import { pictureOf } from './marks/canvas-picture';
import { headerOf, type HeaderParts } from './svg-header';
import { element, NAMESPACE, styledCopy } from './svg-parts';

const MARGIN = 12;

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
  const place = { x: left - within.left, y: top - within.top, width, height };
  for (const [key, value] of Object.entries(place)) drawn.setAttribute(key, String(value));
  return drawn;
}

/** One line of text of the page. */
function written(words: Element, within: DOMRect): SVGElement {
  const { left, top, height } = words.getBoundingClientRect();
  const { color, fontFamily, fontSize, fontWeight } = getComputedStyle(words);
  // Where the letters of a line stand: in its middle, a third of their size below it.
  const place = { x: left - within.left, y: top - within.top + height / 2 + parseFloat(fontSize) * 0.35 };
  const font = { 'font-family': fontFamily, 'font-size': fontSize, 'font-weight': fontWeight };
  return element('text', { ...place, ...font, fill: color }, words.textContent.trim().replace(/\s+/g, ' '));
}

/** @param scale pixels of what is drawn on canvas for one of the page's */
export function svgFile(plot: Element, parts: HeaderParts, scale: number): string {
  const within = plot.getBoundingClientRect();
  const { backgroundColor, color, fontFamily } = getComputedStyle(document.body);
  const header = headerOf(parts, within.width, fontFamily);
  const above = element('g', { transform: `translate(${MARGIN} ${MARGIN})` });
  above.append(...header.elements);
  const below = element('g', { transform: `translate(${MARGIN} ${MARGIN + header.height})` });
  below.append(
    ...picturesOf(plot).map((picture) => placed(picture, within, scale)),
    ...[...plot.querySelectorAll('[data-written]')].map((words) => written(words, within)),
  );
  const file = element('svg', {
    xmlns: NAMESPACE,
    width: Math.ceil(within.width + 2 * MARGIN),
    height: Math.ceil(header.height + within.height + 2 * MARGIN),
    'font-family': fontFamily,
    fill: color,
  });
  file.append(
    element('title', {}, parts.title),
    element('desc', {}, [parts.note, parts.source].filter((text) => text !== '').join('; ')),
    element('rect', { width: '100%', height: '100%', fill: backgroundColor }),
    ...[above, below],
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(file)}\n`;
}
