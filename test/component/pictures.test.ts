import { describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { directionData } from '../../src/app/estimates/direction';
import { latentData } from '../../src/app/estimates/latent';
import type { MapData } from '../../src/app/estimates/embeddings';
import '../../src/ui/base.css';
import DirectionChart from '../../src/ui/charts/direction/DirectionChart.svelte';
import EmbeddingMapChart from '../../src/ui/charts/embedding-map/EmbeddingMapChart.svelte';
import LatentChart from '../../src/ui/charts/latent-map/LatentChart.svelte';
import { factFigures, pairText } from '../../src/ui/charts/latent-map/words';
import { svgFile } from '../../src/ui/charts/svg-file';
import { plausibleRun } from '../fixtures/run/plausible-run';
import { reduceMotion } from '../helpers/emulated-media';

const run = plausibleRun({ pairs: 20, epochs: 4 });
const NONE: ReadonlySet<string> = new Set();
const events = () => ({
  onselect: vi.fn<(facts: readonly string[], label: string) => void>(),
  onopen: vi.fn<(fact: string) => void>(),
});

describe('directional asymmetry', () => {
  const data = directionData(run.trials, 'held-out', NONE)!;
  const draw = async (selected: ReadonlySet<string> | null = null) => {
    const told = events();
    const screen = await render(DirectionChart, { data, width: 900, selected, onselect: told.onselect });
    return { ...told, screen };
  };

  it('tells both accuracies, both gains and the test in words', async () => {
    const { screen } = await draw();
    await expect
      .element(screen.getByRole('group', { name: /Seen in training, 20 pairs: term→id .*McNemar p/ }))
      .toBeVisible();
  });

  it('is worked by arrow keys: a piece is chosen with both facts of its pairs', async () => {
    const { screen, onselect } = await draw();
    const pieces = screen.getByRole('group').first().getByRole('button').elements();
    await userEvent.tab();
    expect(document.activeElement).toBe(pieces[0]);
    await userEvent.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(pieces[1]);
    await userEvent.keyboard('{End}');
    expect(document.activeElement).toBe(pieces.at(-1));
    await userEvent.keyboard('{Enter}');
    const [facts, label] = onselect.mock.calls[0]!;
    const last = data.pairs.filter(({ set, after }) => set === 'seen' && after === 'neither');
    const both = data.pairs.filter(({ set, after }) => set === 'seen' && after === 'both');
    const expected = last.length > 0 ? last : both;
    expect(label).toContain('after training');
    expect(new Set(facts)).toEqual(new Set(expected.flatMap(({ facts: own }) => own)));
    // One piece is in the tab order; the others are reached by arrows.
    expect(pieces.filter((piece) => piece.getAttribute('tabindex') === '0')).toHaveLength(1);
  });

  it('dims the pieces in which no chosen pair is', async () => {
    const chosen = data.pairs.find(({ set }) => set === 'seen')!;
    const { screen } = await draw(new Set(chosen.facts));
    const bright = screen
      .getByRole('button')
      .elements()
      .filter((piece) => !piece.classList.contains('dim'));
    expect(bright.map((piece) => piece.getAttribute('aria-label'))).toHaveLength(3);
  });

  it('keeps within a phone', async () => {
    const screen = await render(DirectionChart, { data, width: 328, selected: null, onselect: () => {} });
    for (const svg of screen.container.querySelectorAll('svg')) {
      const { left } = svg.getBoundingClientRect();
      for (const text of svg.querySelectorAll('text')) {
        expect(text.getBoundingClientRect().right - left, text.textContent).toBeLessThanOrEqual(330);
        expect(text.getBoundingClientRect().left - left, text.textContent).toBeGreaterThanOrEqual(-1);
      }
    }
  });
});

describe('the iceberg', () => {
  const { evaluation } = run.manifest.spec;
  const of = { direction: 'term-to-id', template: 'held-out', rehearsed: NONE, evaluation } as const;
  const data = latentData(run.trials, of)!;
  const draw = async (width = 900) => {
    const told = events();
    const screen = await render(LatentChart, { data, width, label: 'Facts.', selected: null, ...told });
    return { ...told, screen, plane: screen.getByRole('listbox') };
  };

  it('says how many facts the chosen number of samples finds', async () => {
    const { screen } = await draw();
    const slider = screen.getByRole('slider');
    await expect.element(slider).toHaveAttribute('aria-valuetext', '20 samples');
    const seen = data.sets[0]!.found.find(({ k }) => k === 20)!;
    await expect.element(screen.getByText(`seen: ${seen.exact.value.toFixed(1)} of`)).toBeInTheDocument();
    slider.element().focus();
    await userEvent.keyboard('{Home}');
    await expect.element(slider).toHaveAttribute('aria-valuetext', '1 sample');
    await expect.element(screen.getByText('within reach of 1')).toBeInTheDocument();
  });

  it('is a list of facts for keys and screen readers: arrows walk, Space chooses, Enter opens', async () => {
    const { plane, screen, onselect, onopen } = await draw();
    plane.element().focus();
    await userEvent.keyboard('{End}');
    const option = () => screen.getByRole('option').element();
    expect(option().getAttribute('aria-setsize')).toBe(String(data.facts.length));
    expect(plane.element().getAttribute('aria-activedescendant')).toBe(option().id);
    const at = data.facts.find((fact) => option().textContent.includes(pairText(fact)))!;
    expect(option().textContent).toContain(factFigures(at, 20, data.samples));
    await userEvent.keyboard(' ');
    expect(onselect).toHaveBeenCalledWith([at.fact], pairText(at));
    await userEvent.keyboard('{Enter}');
    expect(onopen).toHaveBeenCalledWith(at.fact);
  });

  it('chooses the facts in a box that is drawn over them', async () => {
    const { plane, onselect, onopen } = await draw();
    const { left, top, width, height } = plane.element().getBoundingClientRect();
    const drag = (type: string, x: number, y: number) =>
      plane
        .element()
        .dispatchEvent(
          new PointerEvent(type, { bubbles: true, clientX: left + x, clientY: top + y, pointerId: 1, button: 0 }),
        );
    vi.spyOn(plane.element(), 'setPointerCapture').mockImplementation(() => {});
    drag('pointerdown', 60, 1);
    drag('pointermove', width, height);
    drag('pointerup', width, height);
    expect(onselect).toHaveBeenCalledTimes(1);
    expect(new Set(onselect.mock.calls[0]![0])).toEqual(new Set(data.facts.map(({ fact }) => fact)));
    expect(onopen).not.toHaveBeenCalled();
  });

  it('draws many facts on canvas', async () => {
    const facts = Array.from({ length: 10_000 }, (_, at) => ({
      ...data.facts[at % data.facts.length]!,
      fact: `f${at}`,
    }));
    const screen = await render(LatentChart, {
      data: { ...data, facts },
      width: 900,
      label: 'Facts.',
      selected: null,
      ...events(),
    });
    await expect.element(screen.getByRole('listbox')).toBeVisible();
    const canvas = screen.container.querySelector('canvas')!;
    const pixels = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data;
    expect(pixels.some((value) => value > 0)).toBe(true);
    expect(screen.container.querySelectorAll('svg circle').length).toBeLessThan(20);
  });
});

describe('the map of vectors', () => {
  const map: MapData['map'] = {
    facts: ['A|term-to-id', 'B|term-to-id'],
    moments: [
      { epoch: 0, step: 0, term: [0, 0, 10, 0], identifier: [0, 10, 10, 10] },
      { epoch: 5, step: 50, term: [4, 0, 10, 0], identifier: [0, 10, 10, 6] },
    ],
    pooling: 'content-mean',
    explained: [0.5, 0.25],
    method: 'PCA',
  };
  const pair = (name: string) => ({
    fact: `${name}|term-to-id`,
    identifier: name,
    term: `term ${name}`,
    set: 'seen' as const,
  });
  const data = {
    direction: 'term-to-id' as const,
    layer: -1,
    pairs: [pair('A'), pair('B')],
    map,
    texts: 'both' as const,
  };
  const places = (container: Element) =>
    [...container.querySelectorAll('.plane > svg g[transform]')].map((mark) => mark.getAttribute('transform'));

  it('goes from before to after by its slider', async () => {
    const screen = await render(EmbeddingMapChart, { data, width: 400, label: 'Map.', selected: null, ...events() });
    const slider = screen.getByRole('slider', { name: 'From before to epoch 5' });
    const after = places(screen.container);
    slider.element().focus();
    await userEvent.keyboard('{Home}');
    await expect.element(slider).toHaveAttribute('aria-valuetext', '0 % of the way from before to epoch 5');
    const before = places(screen.container);
    expect(before[0]).not.toBe(after[0]);
    // What did not move stays.
    expect(before[1]).toBe(after[1]);
  });

  it('chooses pairs: both facts of those in a box', async () => {
    const told = events();
    const screen = await render(EmbeddingMapChart, { data, width: 400, label: 'Map.', selected: null, ...told });
    screen.getByRole('listbox').element().focus();
    await userEvent.keyboard('{Home} ');
    expect(told.onselect.mock.calls[0]![0]).toEqual(['A|term-to-id', 'A|id-to-term']);
  });

  it('ties the terms of chosen facts to their identifiers', async () => {
    const selected = new Set(['B|term-to-id']);
    const screen = await render(EmbeddingMapChart, { data, width: 400, label: 'Map.', selected, ...events() });
    expect(screen.container.querySelectorAll('line.tie')).toHaveLength(1);
  });

  it('plays by itself, to its end', async () => {
    const screen = await render(EmbeddingMapChart, { data, width: 400, label: 'Map.', selected: null, ...events() });
    await screen.getByRole('button', { name: /Play/ }).click();
    const slider = screen.getByRole('slider');
    await vi.waitFor(() => expect(Number((slider.element() as HTMLInputElement).value)).toBeLessThan(60));
    await vi.waitFor(() => expect((slider.element() as HTMLInputElement).value).toBe('100'), { timeout: 10_000 });
    await expect.element(screen.getByRole('button', { name: /Play/ })).toBeVisible();
  });

  it('has no way that moves by itself for who wants less motion; the slider goes it all the same', async () => {
    await reduceMotion();
    const screen = await render(EmbeddingMapChart, { data, width: 400, label: 'Map.', selected: null, ...events() });
    const slider = screen.getByRole('slider', { name: 'From before to epoch 5' });
    await expect.element(slider).toBeVisible();
    await expect.element(screen.getByRole('button', { name: /Play/ })).not.toBeInTheDocument();
    const after = places(screen.container);
    slider.element().focus();
    await userEvent.keyboard('{Home}');
    expect(places(screen.container)[0]).not.toBe(after[0]);
  });

  it('stops on its way when less motion is asked for', async () => {
    const screen = await render(EmbeddingMapChart, { data, width: 400, label: 'Map.', selected: null, ...events() });
    const slider = screen.getByRole('slider').element() as HTMLInputElement;
    await screen.getByRole('button', { name: /Play/ }).click();
    await vi.waitFor(() => expect(Number(slider.value)).toBeLessThan(60));
    await reduceMotion();
    await expect.element(screen.getByRole('button', { name: /Stop|Play/ })).not.toBeInTheDocument();
    const stopped = slider.value;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(slider.value).toBe(stopped);
  });
});

describe('a picture of many marks, saved', () => {
  it('is drawn anew at the size it is saved in, not enlarged', async () => {
    const data = latentData(run.trials, {
      direction: 'term-to-id',
      template: 'held-out',
      rehearsed: NONE,
      ...run.manifest.spec,
    })!;
    const facts = Array.from({ length: 600 }, (_, at) => ({ ...data.facts[at % data.facts.length]!, fact: `f${at}` }));
    const screen = await render(LatentChart, {
      ...{ data: { ...data, facts }, width: 500, label: 'Facts.', selected: null },
      ...events(),
    });
    const canvas = screen.container.querySelector('canvas')!;
    const imageAt = async (scale: number) => {
      const text = svgFile(screen.container, { title: '', note: '', source: '', legend: null }, scale);
      const image = new Image();
      image.src = new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('image')!.getAttribute('href')!;
      await image.decode();
      return image;
    };
    const [screenSize, large] = [await imageAt(1), await imageAt(4)];
    expect(large.naturalWidth).toBe(4 * canvas.clientWidth);
    expect(large.naturalHeight).toBe(4 * canvas.clientHeight);
    // Pixels between a mark and none: at its edge alone, so the larger the picture the fewer of all that are painted.
    const edges = (image: HTMLImageElement) => {
      const sheet = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext('2d')!;
      sheet.drawImage(image, 0, 0);
      const { data: pixels } = sheet.getImageData(0, 0, image.naturalWidth, image.naturalHeight);
      const alphas = pixels.filter((_, at) => at % 4 === 3).filter((alpha) => alpha > 0);
      return alphas.filter((alpha) => alpha < 200).length / alphas.length;
    };
    expect(edges(screenSize)).toBeGreaterThan(0);
    expect(edges(large)).toBeLessThan(edges(screenSize) / 1.5);
  });
});
