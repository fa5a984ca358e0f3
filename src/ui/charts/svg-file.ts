/**
 * A drawn chart as a file of its own: title and legend above, the colours and fonts of the style sheets written in.
 * Must not know: which chart it is.
 */
const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-family',
  'font-size',
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
    const line = getComputedStyle(item.querySelector('line')!);
    const text = item.textContent.trim();
    const drawn = element('line', { x1: x, x2: x + 24, y1: y - 4, y2: y - 4 });
    drawn.setAttribute(
      'style',
      `stroke:${line.stroke};stroke-width:${line.strokeWidth};stroke-dasharray:${line.strokeDasharray}`,
    );
    const label = element('text', { x: x + 30, y, 'font-size': 12 }, text);
    x += 46 + text.length * 6.6;
    return [drawn, label];
  });
}

export function svgFile(svg: SVGSVGElement, { title, note, legend }: SvgParts): string {
  const { width, height } = svg.getBoundingClientRect();
  const page = getComputedStyle(document.body);
  const file = element('svg', {
    xmlns: NAMESPACE,
    width: width + 2 * MARGIN,
    height: height + HEADER + 2 * MARGIN,
    'font-family': page.fontFamily,
    fill: page.color,
  });
  const header = element('g', { transform: `translate(${MARGIN} ${MARGIN})` });
  header.append(element('text', { y: 15, 'font-size': 15, 'font-weight': 600 }, title), ...legendEntries(legend, 38));
  const chart = styledCopy(svg);
  chart.setAttribute('x', String(MARGIN));
  chart.setAttribute('y', String(HEADER));
  file.append(
    element('title', {}, title),
    element('desc', {}, note),
    element('rect', { width: '100%', height: '100%', fill: page.backgroundColor }),
    header,
    chart,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(file)}\n`;
}
