/** A browser that is asked for less motion, for as long as one test takes. */
import { onTestFinished } from 'vitest';
import { cdp } from 'vitest/browser';

interface Devtools {
  send(method: string, params: object): Promise<unknown>;
}

export async function reduceMotion(): Promise<void> {
  const asked = (value: 'reduce' | '') =>
    (cdp() as unknown as Devtools).send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-reduced-motion', value }],
    });
  await asked('reduce');
  onTestFinished(async () => void (await asked('')));
}
