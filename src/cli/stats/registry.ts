/** The methods of `ontoscope stats` by name, in the order of the list. */
import { COX_METHODS } from './cox';
import { COUNT_METHODS } from './from-counts';
import { GROUPED_METHODS } from './grouped';
import { CURVE_METHODS } from './km';
import { LOG_RANK_METHODS } from './logrank';
import { MEAN_METHODS } from './means';
import type { Method } from './method';
import { PAIRED_METHODS } from './paired';
import { GROUP_METHODS } from './two-groups';

export const METHODS: ReadonlyMap<string, Method> = new Map(
  [
    CURVE_METHODS,
    LOG_RANK_METHODS,
    COX_METHODS,
    GROUPED_METHODS,
    PAIRED_METHODS,
    GROUP_METHODS,
    COUNT_METHODS,
    MEAN_METHODS,
  ].flatMap((family) => Object.entries(family)),
);
