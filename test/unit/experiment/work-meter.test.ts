import { describe, expect, it } from 'vitest';
import { WorkMeter } from '../../../src/experiment/work-meter';

describe('the work meter', () => {
  it('knows nothing about the time left before it has measured something', () => {
    const meter = new WorkMeter({ train: 100, score: 100, decode: 0 });
    expect(meter.etaMs()).toBeNull();
    expect(meter.tokensPerSecond()).toBeNull();
    expect(meter.pairsPerSecond()).toBeNull();
    expect(meter.fraction()).toBe(0);
  });

  it('extrapolates each kind of work at its own measured speed', () => {
    const meter = new WorkMeter({ train: 1000, score: 500, decode: 0 });
    meter.add('score', 100, 50);
    meter.add('train', 100, 400);
    expect(meter.etaMs()).toBeCloseTo(900 * 4 + 400 * 0.5, 9);
    // What is under way shortens the rest, and no more than is planned.
    expect(meter.etaMs({ train: 100, score: 1000 })).toBeCloseTo(800 * 4, 9);
    expect(meter.fraction()).toBeCloseTo((100 * 4 + 100 * 0.5) / (1000 * 4 + 500 * 0.5), 9);
    expect(meter.tokensPerSecond()).toBeCloseTo(200 / 0.45, 9);
    expect(meter.pairsPerSecond()).toBe(0);
    meter.add('train', 100, 600, 30);
    expect(meter.pairsPerSecond()).toBeCloseTo(30, 9);
  });

  it('counts an earlier process’s work as done but not as speed', () => {
    const meter = new WorkMeter({ train: 1000, score: 0, decode: 0 });
    meter.reach({ train: 500, score: 0, decode: 0 });
    meter.reach({ train: 200, score: 0, decode: 0 });
    expect(meter.fraction()).toBe(0.5);
    expect(meter.etaMs()).toBeNull();
    meter.add('train', 100, 1000);
    expect(meter.etaMs()).toBeCloseTo(4000, 9);
  });

  it('never goes back, even when work turns out slower than thought', () => {
    const meter = new WorkMeter({ train: 100, score: 100, decode: 100 });
    meter.add('score', 100, 100);
    const before = meter.fraction({ decode: 90 });
    meter.add('train', 10, 10000);
    expect(meter.fraction()).toBe(before);
    meter.finish();
    expect(meter.fraction()).toBe(1);
  });

  it('does not end before the work does', () => {
    const meter = new WorkMeter({ train: 0, score: 10, decode: 10 });
    meter.add('score', 10, 5);
    expect(meter.fraction({ decode: 5 })).toBeLessThan(1);
  });
});
