/** Small pictures for the documentation, as SVG text. White ground, so that they can be read on any page. */
export interface Mark {
  kind: 'steps' | 'line' | 'dots' | 'bars' | 'ranges';
  points: readonly { x: number; y: number; lo?: number; hi?: number }[];
  label?: string;
  tone?: number;
}

export interface Picture {
  title: string;
  x: string;
  y: string;
  marks: readonly Mark[];
  xRange?: readonly [number, number];
  yRange?: readonly [number, number];
  /** A reference: no effect, chance. */
  level?: number;
}

const TONES = ['#0b5cad', '#b04a00', '#0a6b5f', '#a3266b'];
const DASHES = ['', '6 3', '2 3', '8 2 2 2'];
const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [520, 260, 56, 44, 30, 130];
const round = (value: number) => Number(value.toFixed(1));
const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export function draw({ title, x, y, marks, xRange, yRange, level }: Picture): string {
  const all = marks.flatMap(({ points }) => points);
  const [x0, x1] = xRange ?? extent(all.map((point) => point.x));
  const [y0, y1] = yRange ?? extent(all.flatMap((point) => [point.y, point.lo ?? point.y, point.hi ?? point.y]));
  const px = (value: number) => round(LEFT + ((value - x0) / (x1 - x0)) * (WIDTH - LEFT - RIGHT));
  const py = (value: number) => round(HEIGHT - BOTTOM - ((value - y0) / (y1 - y0)) * (HEIGHT - BOTTOM - TOP));
  const ticks = (lo: number, hi: number) => Array.from({ length: 5 }, (_, i) => lo + ((hi - lo) * i) / 4);
  const text = (at: [number, number], content: string, more = '') =>
    `<text x="${at[0]}" y="${at[1]}" font-size="12" fill="#333"${more}>${escape(content)}</text>`;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" role="img">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text([LEFT, 18], title, ' font-weight="600"'),
    ...ticks(y0, y1).flatMap((value) => [
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${py(value)}" y2="${py(value)}" stroke="#e4e4e4"/>`,
      text([LEFT - 6, py(value) + 4], label(value), ' text-anchor="end"'),
    ]),
    ...ticks(x0, x1).map((value) => text([px(value), HEIGHT - BOTTOM + 16], label(value), ' text-anchor="middle"')),
    text([(LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8], x, ' text-anchor="middle"'),
    text(
      [14, (TOP + HEIGHT - BOTTOM) / 2],
      y,
      ` text-anchor="middle" transform="rotate(-90 14 ${(TOP + HEIGHT - BOTTOM) / 2})"`,
    ),
    ...(level === undefined
      ? []
      : [
          `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${py(level)}" y2="${py(level)}" stroke="#888" stroke-dasharray="3 3"/>`,
        ]),
  ];
  marks.forEach((mark, index) => {
    const tone = TONES[(mark.tone ?? index) % TONES.length]!;
    const dash = DASHES[(mark.tone ?? index) % DASHES.length]!;
    lines.push(...shapes(mark, tone, dash, px, py, py(Math.max(y0, Math.min(y1, 0)))));
    if (mark.label) {
      const at = TOP + 14 + index * 18;
      lines.push(
        `<line x1="${WIDTH - RIGHT + 8}" x2="${WIDTH - RIGHT + 30}" y1="${at - 4}" y2="${at - 4}" stroke="${tone}" stroke-width="2" stroke-dasharray="${dash}"/>`,
      );
      lines.push(text([WIDTH - RIGHT + 36, at], mark.label));
    }
  });
  return `${[...lines, '</svg>'].join('\n')}\n`;
}

function shapes(
  { kind, points }: Mark,
  tone: string,
  dash: string,
  px: (v: number) => number,
  py: (v: number) => number,
  ground: number,
): string[] {
  const stroke = `stroke="${tone}" stroke-width="2" stroke-dasharray="${dash}" fill="none"`;
  const ranges = points.filter((point) => point.lo !== undefined && point.hi !== undefined);
  switch (kind) {
    case 'bars':
      return points.map(
        (point) =>
          `<rect x="${px(point.x) - 4}" width="8" y="${Math.min(py(point.y), ground)}" height="${Math.abs(ground - py(point.y))}" fill="${tone}"/>`,
      );
    case 'dots':
      return points.map(
        (point) => `<circle cx="${px(point.x)}" cy="${py(point.y)}" r="2.5" fill="${tone}" fill-opacity="0.7"/>`,
      );
    case 'ranges':
      return ranges.flatMap((point) => [
        `<line x1="${px(point.x)}" x2="${px(point.x)}" y1="${py(point.lo!)}" y2="${py(point.hi!)}" stroke="${tone}" stroke-width="2"/>`,
        `<circle cx="${px(point.x)}" cy="${py(point.y)}" r="4" fill="${tone}"/>`,
      ]);
    case 'line':
      return [
        `<path d="${points.map((point, i) => `${i === 0 ? 'M' : 'L'}${px(point.x)} ${py(point.y)}`).join('')}" ${stroke}/>`,
      ];
    case 'steps': {
      const path = (value: (point: Mark['points'][number]) => number) =>
        points
          .map((point, i) => (i === 0 ? `M${px(point.x)} ${py(value(point))}` : `H${px(point.x)}V${py(value(point))}`))
          .join('');
      const band =
        ranges.length < points.length
          ? []
          : ['lo', 'hi'].map(
              (end) =>
                `<path d="${path((point) => point[end as 'lo' | 'hi']!)}" stroke="${tone}" stroke-opacity="0.4" fill="none"/>`,
            );
      return [...band, `<path d="${path((point) => point.y)}" ${stroke}/>`];
    }
  }
}

function extent(values: readonly number[]): [number, number] {
  const [lo, hi] = [Math.min(...values), Math.max(...values)];
  return lo === hi ? [lo - 1, hi + 1] : [lo, hi];
}

function label(value: number): string {
  return Number(value.toPrecision(2)).toString();
}
