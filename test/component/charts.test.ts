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
  hazards(figure, table) {
    const there = { ...table, rows: table.rows.filter((row) => row[2] !== null) };
    const terms = [...new Set(column(table, 'property'))];
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
  DRAWN[name]?.(figure, table);
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
