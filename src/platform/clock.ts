/** The host's wall clock. */
import type { Clock } from '../core/clock';

export const wallClock: Clock = { nowMs: () => Date.now() };
