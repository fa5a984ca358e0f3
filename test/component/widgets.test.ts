import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import ErrorNote from '../../src/ui/widgets/ErrorNote.svelte';
import Facts from '../../src/ui/widgets/Facts.svelte';
import NumberField from '../../src/ui/widgets/NumberField.svelte';
import Segmented from '../../src/ui/widgets/Segmented.svelte';
import { reduceMotion } from '../helpers/emulated-media';

describe('an error', () => {
  it('opens what hides its control, and puts the focus there', async () => {
    const fold = document.createElement('details');
    fold.innerHTML = '<summary>more</summary><input data-control="schedule.warmupSteps" />';
    document.body.append(fold);
    const error = { code: 'usage' as const, message: 'Too long', hint: 'Shorten it.', control: 'schedule.warmupSteps' };
    const screen = await render(ErrorNote, { error, onclose: vi.fn() });
    await expect.element(screen.getByRole('alert')).toHaveTextContent('Too long');
    await screen.getByRole('button', { name: 'Show me where' }).click();
    expect(fold.open).toBe(true);
    expect(document.activeElement).toBe(fold.querySelector('input'));
    fold.remove();
  });

  it.each([
    ['at once for who wants less motion', 'instant', true],
    ['smoothly for others', 'smooth', false],
  ] as const)('brings its control into view %s', async (_who, behavior, less) => {
    if (less) await reduceMotion();
    const place = document.createElement('div');
    place.innerHTML = '<input data-control="schedule.warmupSteps" />';
    document.body.append(place);
    onTestFinished(() => place.remove());
    const scrolled = vi.spyOn(place.querySelector('input')!, 'scrollIntoView');
    const error = { code: 'usage' as const, message: 'Too long', hint: 'Shorten it.', control: 'schedule.warmupSteps' };
    const screen = await render(ErrorNote, { error, onclose: vi.fn() });
    await screen.getByRole('button', { name: 'Show me where' }).click();
    expect(scrolled).toHaveBeenCalledWith({ block: 'center', behavior });
  });

  it('has no way to show where there is none', async () => {
    const screen = await render(ErrorNote, { error: { code: 'internal', message: 'a', hint: 'b' }, onclose: vi.fn() });
    await expect.element(screen.getByRole('button', { name: 'Show me where' })).not.toBeInTheDocument();
  });
});

it('short facts keep a space between a value and its note', async () => {
  const rows = [
    { name: 'Model', value: '260 K parameters,', note: '16 K trained' },
    { name: 'Steps', value: '40' },
  ];
  const screen = await render(Facts, { rows });
  const values = [...screen.container.querySelectorAll('dd')].map((value) => value.textContent.trim());
  expect(values).toEqual(['260 K parameters, 16 K trained', '40']);
});

describe('a number field', () => {
  it('tells an empty field from an off one', async () => {
    const required = vi.fn();
    const optional = vi.fn();
    const first = await render(NumberField, { label: 'Epochs', control: 'a', value: 3, onchange: required });
    await first.getByLabelText('Epochs').clear();
    expect(required).toHaveBeenLastCalledWith(Number.NaN);
    const second = await render(NumberField, {
      label: 'Clip',
      control: 'b',
      value: 3,
      optional: true,
      onchange: optional,
    });
    await second.getByLabelText('Clip').clear();
    expect(optional).toHaveBeenLastCalledWith(null);
  });

  it('steps the last written digit with the arrow keys', async () => {
    const onchange = vi.fn();
    const screen = await render(NumberField, { label: 'Rate', control: 'a', value: 0.05, onchange });
    (screen.getByRole('spinbutton', { name: 'Rate' }).element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowUp}');
    expect(onchange).toHaveBeenLastCalledWith(0.06);
    await expect.element(screen.getByRole('spinbutton')).toHaveAttribute('aria-valuenow', '0.05');
  });

  it('says its problem to a screen reader', async () => {
    const screen = await render(NumberField, {
      label: 'Seed',
      control: 'seed',
      value: -1,
      problem: 'At least 0.',
      onchange: vi.fn(),
    });
    await expect.element(screen.getByLabelText('Seed')).toHaveAccessibleDescription('At least 0.');
    await expect.element(screen.getByLabelText('Seed')).toHaveAttribute('aria-invalid', 'true');
  });
});

describe('exclusive choices', () => {
  it('move with the arrow keys', async () => {
    const onchange = vi.fn();
    const options = [
      { value: 'light', label: 'Light' },
      { value: 'dark', label: 'Dark' },
    ];
    const screen = await render(Segmented, { legend: 'Theme', options, value: 'light', onchange });
    (screen.getByRole('radio', { name: 'Light' }).element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(onchange).toHaveBeenCalledExactlyOnceWith('dark');
  });
});
