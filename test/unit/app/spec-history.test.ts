import { describe, expect, it } from 'vitest';
import { History, HISTORY_STEPS } from '../../../src/app/spec-history';

describe('settings as they were', () => {
  it('go back and forward again; another change forgets what lay ahead', () => {
    const history = History.of('a').changed('b', 'epochs', 0).changed('c', 'seed', 10);
    expect(history.back().now).toBe('b');
    expect(history.back().back().back().now).toBe('a');
    expect(history.back().back().forth().forth().forth().now).toBe('c');
    expect(history.back().changed('d', 'seed', 20).forth().now).toBe('d');
  });

  it('take what is typed in one go as one step', () => {
    const typed = History.of(1).changed(12, 'epochs', 0).changed(123, 'epochs', 300);
    expect(typed.back().now).toBe(1);
    expect(typed.changed(4, 'epochs', 5000).back().now).toBe(123);
    expect(typed.back().changed(12, 'epochs', 400).back().now).toBe(1);
  });

  it('are not kept without end', () => {
    let history = History.of(0);
    for (let i = 1; i <= 2 * HISTORY_STEPS; i++) history = history.changed(i, String(i), i);
    expect(history.past).toHaveLength(HISTORY_STEPS);
    expect(history.back().now).toBe(2 * HISTORY_STEPS - 1);
  });
});
