/** Refusals that the tests of this layer share: what is asked, of which value, what to do. */
import { LabError } from '../core/errors';

export function badInput(method: string, problem: string, hint: string): LabError {
  return new LabError('stats-input', `${method}: ${problem}.`, { hint });
}

/** Throws `stats-input` naming the first value (1-based) that is not a finite number. */
export function requireFinite(method: string, what: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw badInput(method, `value ${i + 1} of ${what} is ${values[i]}`, 'Remove the row, or give a finite number.');
  }
}

/** Beyond these, fourth powers overflow or vanish. */
const [SMALLEST, LARGEST] = [1e-60, 1e60];

/** Throws `stats-input` naming the first value that is not finite, or too large or too close to 0 to compute with. */
export function requireScale(method: string, what: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (size === 0 || (size >= SMALLEST && size <= LARGEST)) continue;
    const why = Number.isFinite(size) ? `, too ${size > 1 ? 'large' : 'small'} to compute with` : '';
    throw badInput(method, `row ${i + 1}: ${what} is ${values[i]}${why}`, 'Give it in other units, or leave it out.');
  }
}

/** Throws `stats-input` unless there are at least so many values. */
export function requireCount(method: string, what: string, n: number, atLeast: number): void {
  if (n >= atLeast) return;
  throw badInput(method, `${what}: ${n} given, at least ${atLeast} needed`, 'Give more data.');
}

/** Throws `stats-input` unless 0 < level < 1. */
export function requireLevel(method: string, level: number): void {
  if (level > 0 && level < 1) return;
  throw badInput(method, `the confidence level is ${level}`, 'Give a number between 0 and 1, for instance 0.95.');
}
