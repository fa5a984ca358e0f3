/** Marks of an axis. */
import { scaleLinear } from 'd3';
import { expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import AxisX from '../../src/ui/charts/AxisX.svelte';

it.each([
  [true, ['0', '1', '2', '3']],
  [false, ['0', '0.5', '1', '1.5', '2', '2.5', '3']],
])('an axis of wholes has no mark between them (%s)', async (whole, marks) => {
  const { container } = await render(AxisX, { scale: scaleLinear([0, 3], [0, 400]), y: 0, title: 'epoch', whole });
  expect([...container.querySelectorAll('text:not(.title)')].map(({ textContent }) => textContent)).toEqual(marks);
});
