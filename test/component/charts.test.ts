/** Every chart of the registry, on a fixture and on the recorded run: what is drawn is what its table says. */
import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { ChartRun } from '../../src/app/chart-run';
import { furtherFiles, openBundle, rehearsedFacts } from '../../src/records';
import { chartRun } from '../../src/app/chart-run';
import { ResultsView } from '../../src/app/results-view.svelte';
import { CHART_GROUPS } from '../../src/ui/charts/chart';
import { cellText, type Cell, type ChartTable, type Export } from '../../src/ui/charts/chart-table';
import { CHARTS } from '../../src/ui/charts/registry';
import ChartSection from '../../src/ui/views/results/ChartSection.svelte';
import '../../src/ui/base.css';
import { plausibleRun } from '../fixtures/run/plausible-run';
import { withProbes } from '../fixtures/run/plausible-probes';
import { analysesHere } from '../helpers/analyses';
import { chartRunOf } from '../helpers/chart-run';

const EPOCHS = 6;
const fixture = chartRunOf(withProbes(plausibleRun({ pairs: 40, epochs: EPOCHS }), EPOCHS));

async function recordedRun(): Promise<ChartRun> {
  const bytes = await (await fetch('/recorded/primer.zip')).arrayBuffer();
  const { bundle, files } = openBundle(new Uint8Array(bytes), 'primer.zip');
  const { trials: trialsOnShow, steps } = bundle;
  return chartRun({
    ...bundle,
    key: 'recorded',
    files: furtherFiles(files),
    trialsOnShow,
    rehearsed: rehearsedFacts(steps),
  })!;
}

const recorded = recordedRun();
const NAMES = CHARTS.map(({ name }) => name);

const near = (a: number, b: number, slack: number) => Math.abs(a - b) <= slack;

/** Drawn coordinates are one straight function of the table's numbers, and not a constant one. */
function expectDrawn(drawn: readonly number[], numbers: readonly number[], pixels = 0.6): void {
  expect(drawn.length).toBe(numbers.length);
  expect(drawn.length).toBeGreaterThan(0);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  if (low === high) return expect(Math.max(...drawn) - Math.min(...drawn)).toBeLessThan(pixels);
  const [from, to] = [drawn[numbers.indexOf(low)]!, drawn[numbers.indexOf(high)]!];
  expect(Math.abs(from - to)).toBeGreaterThan(pixels);
  drawn.forEach((at, index) => {
    const expected = from + ((numbers[index]! - low) / (high - low)) * (to - from);
    expect(near(at, expected, pixels), `mark ${index} at ${at}, for ${numbers[index]} expected ${expected}`).toBe(true);
  });
}

const column = ({ columns, rows }: ChartTable, name: string) => rows.map((row) => row[columns.indexOf(name)]!);
const numbersOf = (table: ChartTable, name: string) => column(table, name).map(Number);
const all = (figure: Element, css: string) => [...figure.querySelectorAll(css)];
const attribute = (elements: readonly Element[], name: string) =>
  elements.map((element) => Number(element.getAttribute(name)));
const corners = (path: Element) =>
  path
    .getAttribute('d')!
    .slice(1)
    .split('L')
    .map((pair) => pair.split(',').map(Number) as [number, number]);

const dots = (value: string) => (figure: Element, table: ChartTable) =>
  expectDrawn(attribute(all(figure, '.plot svg g > circle'), 'cy'), numbersOf(table, value));

/** Numbers as they are set: with a minus of their own. */
const numberIn = (text: string | null) => Number((text ?? '').replace('−', '-'));
const startX = (path: Element) => Number(/^M(-?[\d.]+)/.exec(path.getAttribute('d')!)![1]);
const startY = (path: Element) => Number(/^M-?[\d.]+[ ,](-?[\d.]+)/.exec(path.getAttribute('d')!)![1]);
const moves = (figure: Element) =>
  all(figure, '.plane > svg g[transform]').map((mark) =>
    /translate\((\S+) (\S+)\)/.exec(mark.getAttribute('transform')!)!.slice(1).map(Number),
  ) as [number, number][];

/** Pixels to numbers, as the axis under the picture has them. */
function axisOf(figure: Element): (pixel: number) => number {
  const ticks = all(figure, '.axis text:not(.title)');
  const [first, last] = [ticks[0]!, ticks.at(-1)!].map((text) => ({
    pixel: Number(text.getAttribute('x')),
    value: numberIn(text.textContent),
  })) as [{ pixel: number; value: number }, { pixel: number; value: number }];
  return (pixel) => first.value + ((pixel - first.pixel) / (last.pixel - first.pixel)) * (last.value - first.value);
}

/** Bars are as tall as there are numbers between their edges. @param gap pixels left free at either edge */
function expectBars(
  bars: readonly Element[],
  numbers: readonly number[],
  toNumber: (pixel: number) => number,
  gap: number,
): void {
  const heights = attribute(bars, 'height');
  const unit = heights.reduce((sum, height) => sum + height, 0) / numbers.length;
  bars.forEach((bar, at) => {
    const [x, width] = [Number(bar.getAttribute('x')), Number(bar.getAttribute('width'))];
    const [from, to] = [toNumber(x - gap), toNumber(x + width + gap)];
    expect(heights[at]! / unit).toBeCloseTo(numbers.filter((value) => value >= from && value < to).length, 3);
  });
}

/** How each chart's marks are read back. */
const DRAWN: Record<string, (figure: Element, table: ChartTable) => void> = {
  accuracy: dots('share right'),
  canaries: dots('share kept'),
  language: dots('loss per token'),
  'learning-rate': dots('rate'),
  partial: (figure, table) => dots(table.columns[2]!)(figure, table),
  survival(figure, table) {
    const groups = [...new Set(column(table, 'group'))];
    all(figure, 'path.line').forEach((path, place) => {
      const own = { ...table, rows: table.rows.filter(([group]) => group === groups[place]) };
      const heights = corners(path).map(([, y]) => y);
      const values = numbersOf(own, 'not yet acquired');
      expectDrawn([...new Set(heights)], [...new Set(values)]);
    });
  },
  loss(figure, table) {
    const names = [...new Set(column(table, 'of'))];
    const paths = all(figure, 'path.line');
    expect(paths).toHaveLength(names.length);
    paths.forEach((path, place) => {
      const own = { ...table, rows: table.rows.filter(([of]) => of === names[place]) };
      const points = corners(path);
      expectDrawn(
        points.map(([, y]) => y),
        numbersOf(own, 'mean'),
      );
      expectDrawn(
        points.map(([x]) => x),
        numbersOf(own, 'last step'),
      );
    });
  },
  outcomes: (figure, table) =>
    expectDrawn(attribute(all(figure, 'rect[data-mark]'), 'height'), numbersOf(table, 'share'), 1.1),
  states(figure, table) {
    expect(all(figure, '.count').map((text) => Number(text.textContent))).toEqual(numbersOf(table, 'facts'));
    expectDrawn(attribute(all(figure, '.share'), 'fill-opacity'), numbersOf(table, 'share of before'), 1e-6);
  },
  transitions(figure, table) {
    expectDrawn(attribute(all(figure, 'rect.gain'), 'width'), numbersOf(table, 'gainers'));
    expect(all(figure, 'text.loss').map((text) => Math.abs(Number(text.textContent.replace('−', '-'))))).toEqual(
      numbersOf(table, 'losers'),
    );
  },
  gainers(figure, table) {
    const lines = all(figure, 'tbody tr').map((row) => row.querySelector('.number span')!.textContent);
    expect(lines.length).toBe(Math.min(10, table.rows.length));
    lines.forEach((line, row) => {
      const [before, after] = line.split('→').map(Number) as [number, number];
      expect(before).toBeCloseTo(numbersOf(table, 'log q before')[row]!, 1);
      expect(after).toBeCloseTo(numbersOf(table, 'log q after')[row]!, 1);
    });
  },
  rise(figure, table) {
    const sets = column({ ...table, rows: table.rows.filter(([fact]) => fact !== null) }, 'set');
    const shares = (['seen', 'withheld'] as const).map((set) => {
      const heights = attribute(all(figure, `g.${set} rect`), 'height');
      return heights.reduce((sum, height) => sum + height, 0) / sets.filter((each) => each === set).length;
    });
    // A fact is as tall on either side of the axis.
    expect(shares[0]! / shares[1]!).toBeCloseTo(1, 6);
  },
  direction(figure, table) {
    const sets = [...new Set(column(table, 'set'))];
    const panels = all(figure, '.panels > div');
    expect(panels).toHaveLength(sets.length);
    panels.forEach((panel, place) => {
      const own = table.rows.filter(([set]) => set === sets[place]);
      const rowsOf = (begins: string) => own.filter(([, name]) => String(name).startsWith(begins));
      const [value, lo, hi] = ['value', 'lower', 'upper'].map((name) => table.columns.indexOf(name)) as [
        number,
        number,
        number,
      ];
      // Both ways: before, after. What tells the ways apart lies a pixel or so beside its number.
      const accuracies = [...rowsOf('accuracy term→id').slice(0, 2), ...rowsOf('accuracy id→term')];
      expectDrawn(
        all(panel, 'path.end').map(startY),
        accuracies.map((row) => Number(row[value])),
      );
      const bars = all(panel, 'line.interval').filter((line) => line.getAttribute('x1') === line.getAttribute('x2'));
      expectDrawn(
        [...attribute(bars, 'y1'), ...attribute(bars, 'y2')],
        [lo, hi].flatMap((at) => accuracies.map((row) => Number(row[at]))),
      );
      const gaps = [...rowsOf('accuracy term→id minus'), ...rowsOf('gain term→id minus')];
      const ranges = all(panel, 'line.interval').filter(
        (line) =>
          line.getAttribute('y1') === line.getAttribute('y2') &&
          !bars.some((bar) => line.parentElement === bar.parentElement),
      );
      expectDrawn(
        [
          ...attribute(all(panel, 'rect.value'), 'x').map((x) => x + 4),
          ...attribute(ranges, 'x1'),
          ...attribute(ranges, 'x2'),
        ],
        [value, lo, hi].flatMap((at) => gaps.map((row) => Number(row[at]))),
      );
      const counts = own.filter(
        (row) => row.at(-1) === 'count of pairs' && !String(row[1]).includes(' → ') && row[value] !== 0,
      );
      expect(all(panel, '.count').map((text) => Number(text.textContent))).toEqual(counts.map((row) => row[value]));
    });
  },
  'latent-map'(figure, table) {
    const found = table.rows.filter((row) => row[1] !== null);
    const sets = [...new Set(found.map(([set]) => set))];
    const curves = all(figure, '.found path.line');
    expect(curves).toHaveLength(sets.length);
    const heights = curves.flatMap((path) => corners(path).map(([, y]) => y));
    expectDrawn(
      heights,
      found.map((row) => Number(row[2])),
    );
    const crosses = all(figure, '.found path.drawn');
    const drawn = found.filter((row) => row[6] !== null);
    expect(crosses).toHaveLength(drawn.length);
    if (drawn.length > 0)
      expectDrawn(
        crosses.map(startY),
        drawn.map((row) => Number(row[6])),
      );
    const facts = { ...table, rows: table.rows.filter((row) => row[1] === null) };
    const marks = moves(figure).map(([, y]) => y);
    expect(marks).toHaveLength(facts.rows.length);
    // From the deepest up: a mark stands in a row of its own size.
    marks.sort((a, b) => b - a);
    const depths = facts.rows
      .map((row) => (row[14] === 'yes' ? -Number(row[12]) : Number(row[13] ?? Infinity)))
      .sort((a, b) => b - a);
    const inWater = [...depths.keys()].filter((at) => depths[at]! >= 3 && depths[at]! <= 1e6);
    expectDrawn(
      inWater.map((at) => marks[at]!),
      inWater.map((at) => Math.log10(depths[at]!)),
      11,
    );
    const inSky = [...depths.keys()].filter((at) => depths[at]! <= 0);
    expect(inSky).toHaveLength(column(facts, 'says it').filter((says) => says === 'yes').length);
    // Known facts of nearly the same certainty share a row.
    if (inSky.length > 0 && depths[inSky[0]!]! - depths[inSky.at(-1)!]! > 0.5)
      expectDrawn(
        inSky.map((at) => marks[at]!),
        inSky.map((at) => depths[at]!),
        11,
      );
  },
  'embedding-map'(figure, table) {
    const marks = moves(figure);
    const [x, y] = table.columns.slice(-2) as [string, string];
    expectDrawn(
      marks.map(([left]) => left),
      numbersOf(table, x),
    );
    expectDrawn(
      marks.map(([, top]) => top),
      numbersOf(table, y),
    );
    const lines = all(figure, '.plane > svg line:not(.tie)');
    const [x0, y0] = table.columns.slice(-4, -2) as [string, string];
    expectDrawn(attribute(lines, 'x1'), numbersOf(table, x0));
    expectDrawn(attribute(lines, 'y1'), numbersOf(table, y0));
  },
  cosines(figure, table) {
    const toNumber = axisOf(figure);
    const epochs = [...new Set(column(table, 'epoch'))];
    const sides = (['matched', 'shuffled'] as const).map((side) => all(figure, `g.${side}`));
    ['its own', 'another’s'].forEach((whose, side) => {
      expect(sides[side]).toHaveLength(epochs.length);
      sides[side]!.forEach((group, at) => {
        const own = { ...table, rows: table.rows.filter(([epoch]) => epoch === epochs[at]) };
        expectBars(all(group, 'rect'), numbersOf(own, `cosine with ${whose}`), toNumber, 0.75);
        expect(toNumber(startX(group.querySelector('path')!))).toBeCloseTo(
          numbersOf(own, `median with ${whose}`)[0]!,
          6,
        );
      });
    });
  },
  separation(figure, table) {
    const toNumber = axisOf(figure);
    const margins = { ...table, rows: table.rows.filter((row) => row[2] === 'as they are') };
    expect(all(figure, '.plot svg > path').map((path) => toNumber(startX(path)))).toEqual(
      numbersOf(margins, 'margin').map((value) => expect.closeTo(value, 8) as number),
    );
    for (const [end, name] of [
      ['x1', 'lower'],
      ['x2', 'upper'],
    ] as const) {
      const drawn = attribute(all(figure, 'line.interval'), end).map(toNumber);
      expect(drawn).toEqual(numbersOf(margins, name).map((value) => expect.closeTo(value, 8) as number));
    }
    const groups = all(figure, '.plot svg > g:not(.axis)');
    expect(groups).toHaveLength(margins.rows.length);
    groups.forEach((group, at) => {
      const [epoch, text] = margins.rows[at]!;
      const own = table.rows.filter((row) => row[0] === epoch && row[1] === text && row[2] === 'dealt anew');
      expect(own.length).toBeGreaterThan(0);
      expectBars(
        all(group, 'rect'),
        own.map((row) => Number(row[3])),
        toNumber,
        0.5,
      );
    });
  },
  hazards(figure, table) {
    const out = table.rows.filter(([property]) => property === 'facts not at risk');
    for (const row of out) expect(figure.textContent).toContain(`${row[6]} ${row[8]}`);
    expect(out.length).toBeGreaterThan(0);
    const there = { ...table, rows: table.rows.filter((row) => row[2] !== null) };
    const terms = [...new Set(column(there, 'property'))];
    const ratios = [...there.rows].sort((a, b) => terms.indexOf(a[0]!) - terms.indexOf(b[0]!));
    const squares = all(figure, 'g rect').map((square) => Number(square.getAttribute('x')));
    if (squares.length > 0) {
      expectDrawn(
        squares,
        ratios.map((row) => Math.log(Number(row[2]))),
      );
    } else expect(ratios).toEqual([]);
  },
};

async function draw(name: string, run: ChartRun) {
  const onexport = vi.fn<(file: Export) => void>();
  let there: boolean | null = null;
  const screen = await render(ChartSection, {
    ...{ chart: CHARTS.find((chart) => chart.name === name)!, run, directions: ['term-to-id'] as const },
    ...{ view: new ResultsView(), analyses: analysesHere(), selection: null, place: 0 },
    ...{ onexport, onselect: () => {}, onopen: () => {} },
    onthere: (found: boolean) => (there = found),
  });
  await vi.waitFor(() => expect(there).not.toBeNull());
  return { screen, onexport, there: there as boolean | null };
}

/** A table's numbers as its CSV has them. */
const csvRows = (text: string) => text.split('\r\n').length - 2;

async function check(name: string, run: ChartRun): Promise<void> {
  const { screen, onexport } = await draw(name, run);
  const frame = screen.getByRole('figure').first();
  await expect.element(frame).toHaveTextContent(/n = \d/);
  const figure = frame.element();
  await vi.waitFor(() => expect(figure.querySelector('.plot')!.children.length).toBeGreaterThan(0));
  const save = async (kind: string) => {
    await screen.getByRole('button', { name: /^Save/ }).first().click();
    await screen.getByRole('menuitem', { name: new RegExp(`^${kind}`) }).click();
    return onexport.mock.calls.at(-1)![0].content as string;
  };
  const csv = await save('CSV');
  const document = JSON.parse(await save('JSON')) as { columns: string[]; rows: Record<string, Cell>[]; note: string };
  const table: ChartTable = {
    columns: document.columns,
    rows: document.rows.map((row) => document.columns.map((own) => row[own] ?? null)),
  };
  expect(csvRows(csv.replace(/"[^"]*"/g, ''))).toBe(table.rows.length);
  DRAWN[name]!(figure, table);
  await screen
    .getByRole('button', { name: /Show numbers/ })
    .first()
    .click();
  const rows = [...figure.querySelectorAll('.twin tbody tr')];
  expect(rows).toHaveLength(Math.min(200, table.rows.length));
  rows.forEach((row, place) => {
    const cells = [...row.querySelectorAll('td')].map((cell) => cell.textContent);
    expect(cells).toEqual(table.rows[place]!.map(cellText));
  });
}

describe('the registry', () => {
  it('names every chart once, for links and files, and says how to read it', () => {
    expect(new Set(CHARTS.map(({ name }) => name)).size).toBe(CHARTS.length);
    for (const { name, about, group } of CHARTS) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(about.length).toBeGreaterThan(40);
      expect(CHART_GROUPS).toHaveProperty(group);
    }
  });
});

describe('what is drawn is what the table says', () => {
  /** What the fixture holds, and what the recorded run was not asked to record. */
  const VECTORS = ['embedding-map', 'cosines', 'separation'];
  const FORGETTING = ['canaries', 'language'];

  it.each(NAMES.filter((name) => !VECTORS.includes(name)))('%s, of a fixture', (name) => check(name, fixture));

  it.each(NAMES)('%s, of the recorded run', async (name) => {
    if (FORGETTING.includes(name)) expect((await draw(name, await recorded)).there).toBe(false);
    else await check(name, await recorded);
  });
});
