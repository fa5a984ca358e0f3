/**
 * What a check of a device found, and as text to send along with a report. Plain data.
 *
 * Must not know: kernels, the GPU, the DOM.
 */
import type { AdapterIdentity } from './types';

export interface DeviceComparison {
  what: string;
  /** Largest difference from the f64 reference, relative to the largest expected value; plain where bits are compared. */
  error: number;
  /** The error may reach it; 0: no bit may differ. */
  tolerance: number;
}

/** Kernels that belong together. */
export interface DeviceFamily {
  name: string;
  title: string;
  kernels: string[];
  comparisons: DeviceComparison[];
  /** Nearest to its tolerance, or furthest past it; null where nothing could be compared. */
  worst: DeviceComparison | null;
  passed: boolean;
  /** Why it could not be run; null where it was. */
  problem: string | null;
  elapsedMs: number;
}

export interface DeviceCheck {
  checkVersion: 1;
  ontoscope: string;
  adapter: AdapterIdentity;
  /** Families that there are; fewer are in the list while the check goes on. */
  total: number;
  families: DeviceFamily[];
  /** Every family was run and holds. */
  passed: boolean;
  elapsedMs: number;
}

/** `0`, `3.1e-7`, `no number`. */
export function errorText(error: number): string {
  if (error === 0) return '0';
  return Number.isFinite(error) ? error.toExponential(1) : 'no number';
}

export function toleranceText(tolerance: number): string {
  return tolerance === 0 ? 'every bit' : tolerance.toExponential(0);
}

/** The verdict of a family in words. */
export function familyVerdict({ passed, problem, worst }: DeviceFamily): string {
  if (problem !== null) return `could not be run: ${problem}`;
  return passed ? 'holds' : `WRONG: ${worst?.what ?? 'nothing was compared'}`;
}

/** One sentence. */
export function checkVerdict({ families, total, passed }: DeviceCheck): string {
  if (passed) return `All ${total} families of kernels agree with their f64 references.`;
  const wrong = families.filter((family) => !family.passed).map(({ title }) => title);
  const done = families.length < total ? ` ${families.length} of ${total} families were checked.` : '';
  return wrong.length === 0 ? `No error so far.${done}` : `This device computes wrongly: ${wrong.join('; ')}.${done}`;
}

/** The whole check as text. */
export function deviceCheckText(check: DeviceCheck): string {
  const { adapter, families, elapsedMs, ontoscope } = check;
  const { vendor, architecture, device, description, software, host } = adapter;
  const named = [vendor, architecture, device, description].filter((part) => part !== '').join(' ') || 'not named';
  const width = Math.max(0, ...families.map(({ title }) => title.length));
  return [
    `Ontoscope ${ontoscope}: check of ${named}${software ? ' (software, slow)' : ''}, ${host}`,
    checkVerdict(check),
    ...families.map((family) => {
      const { title, worst, elapsedMs: ms } = family;
      const numbers = worst ? `error ${errorText(worst.error)} of ${toleranceText(worst.tolerance)}` : 'not compared';
      return `${title.padEnd(width)}  ${numbers}  ${Math.round(ms)} ms  ${familyVerdict(family)}`;
    }),
    `${(elapsedMs / 1000).toFixed(1)} s`,
  ].join('\n');
}
