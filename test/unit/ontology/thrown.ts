/** The LabError a call throws; anything else fails the test. */
import { LabError } from '../../../src/core/errors';

export function thrownBy(call: () => unknown): LabError {
  try {
    call();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('expected a LabError, but nothing was thrown');
}
