import { describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import KaplanMeierChart from '../../src/ui/charts/KaplanMeierChart.svelte';
import { kaplanMeier } from '../../src/stats';

/** Half of four facts acquired at epoch 2, one at 4, one never. */
const curve = kaplanMeier([2, 2, 4, 8], [true, true, true, false]);

async function draw(end = 8) {
  const { container } = await render(KaplanMeierChart, {
    width: 500,
    curves: [{ label: 'seen', tone: 'seen' as const, curve }],
    end,
    label: 'four facts',
  });
  const svg = container.querySelector('svg')!;
  const line = svg.querySelector('path.line')!;
  // "M x,y L x,y …" as pairs.
  const corners = line
    .getAttribute('d')!
    .slice(1)
    .split('L')
    .map((pair) => pair.split(',').map(Number) as [number, number]);
  return { svg, corners };
}

describe('the Kaplan–Meier chart', () => {
  it('steps down exactly at event times, with the lower value from there on', async () => {
    const { corners } = await draw();
    const scaleX = (time: number) => 46 + (time / 8) * (500 - 12 - 46);
    const drop = corners.filter(([x]) => Math.abs(x - scaleX(2)) < 0.01);
    expect(drop).toHaveLength(2);
    const [above, below] = drop.map(([, y]) => y) as [number, number];
    expect(above).toBe(corners[0]![1]);
    expect(below).toBeGreaterThan(above);
    // Half of the plot's height: two of four.
    expect(below - above).toBeCloseTo(190 / 2, 1);
    // Flat until the next event: its first corner has the same height.
    expect(corners.find(([x]) => Math.abs(x - scaleX(4)) < 0.01)![1]).toBe(below);
  });

  it('marks the censored fact and counts those at risk under the axis', async () => {
    const { svg } = await draw();
    expect(svg.querySelectorAll('path.tick')).toHaveLength(1);
    const ticks = [...svg.querySelectorAll('.axis text:not(.title)')].map((text) => Number(text.textContent));
    const atRisk = [...svg.querySelectorAll('.risk text')].map((text) => Number(text.textContent));
    expect(atRisk).toEqual(ticks.map((time) => (time <= 2 ? 4 : time <= 4 ? 2 : 1)));
    expect(atRisk[0]).toBe(4);
  });

  it('is described for those who do not see it', async () => {
    const { svg } = await draw();
    expect(svg.getAttribute('role')).toBe('img');
    expect(svg.getAttribute('aria-label')).toBe('four facts');
  });
});
