/** Grouped-time models from a table. */
import type { Method } from './method';

export const GROUPED_METHODS: Record<string, Method> = {};
