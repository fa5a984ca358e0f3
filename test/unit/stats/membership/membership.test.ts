import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { passAtK } from '../../../../src/stats/membership/pass-at-k';
import {
  logProbMoments,
  lossScore,
  minKPlusPlusScore,
  minKScore,
  zlibBytes,
  zlibScore,
} from '../../../../src/stats/membership/scores';

const goldens = JSON.parse(readFileSync(new URL('../../../golden/geometry.json', import.meta.url), 'utf8')) as {
  zlib: { text: string; bytes: number }[];
};

describe('membership scores', () => {
  it('take zlib’s own lengths', () => {
    for (const { text, bytes } of goldens.zlib) expect(zlibBytes(text), text.slice(0, 20)).toBe(bytes);
    expect(zlibScore([-1, -3], 'a')).toBeCloseTo(-2 / zlibBytes('a'), 12);
  });

  it('average all log-probabilities, or the lowest fifth of them', () => {
    const logProbs = [-1, -9, -2, -5, -3, -4, -0.5, -0.1, -7, -6];
    expect(lossScore(logProbs)).toBeCloseTo(-3.76, 12);
    expect(minKScore(logProbs)).toBe(-8);
    expect(minKScore(logProbs, 1)).toBeCloseTo(-3.76, 12);
    expect(minKScore([-1, -2], 0.1)).toBe(-2);
  });

  it('standardise by what the distribution expects: logits (2, 1, 0, −1)', () => {
    const { mean, sd, logProbs } = logProbMoments([2, 1, 0, -1]);
    expect(mean).toBeCloseTo(-0.947537, 6);
    expect(sd).toBeCloseTo(0.78523, 6);
    const z = [...logProbs].map((logProb) => minKPlusPlusScore([{ logProb, mean, sd }]));
    [0.646113, -0.627399, -1.900911, -3.174423].forEach((expected, i) => expect(z[i]).toBeCloseTo(expected, 6));
    expect(minKPlusPlusScore([{ logProb: 0, mean: 0, sd: 0 }])).toBe(0);
  });

  it('does not lose its digits where one token is nearly certain', () => {
    expect(logProbMoments([60, 0, 0]).sd).toBeGreaterThan(0);
  });

  it('refuse no tokens, infinities and impossible shares', () => {
    expect(() => lossScore([])).toThrow('tokens: 0 given');
    expect(() => minKScore([-Infinity])).toThrow('value 1 of the tokens is -Infinity');
    expect(() => minKScore([-1], 0)).toThrow('the share is 0');
    expect(() => logProbMoments([])).toThrow('logits: 0 given');
  });
});

describe('Pass@k^(m)', () => {
  it('has the published anchors', () => {
    expect(passAtK({ n: 10, c: 3, k: 1 })).toBeCloseTo(0.3, 12);
    expect(passAtK({ n: 10, c: 3, k: 5 })).toBeCloseTo(0.9167, 4);
    expect(passAtK({ n: 10, c: 3, k: 5, m: 2 })).toBeCloseTo(0.5, 12);
    expect(passAtK({ n: 10, c: 6, k: 5, m: 5 })).toBeCloseTo(0.02381, 5);
  });
  it('is certain of at least none, and falls in m', () => {
    expect(passAtK({ n: 10, c: 4, k: 5, m: 0 })).toBeCloseTo(1, 12);
    for (let m = 1; m <= 5; m++) {
      expect(passAtK({ n: 10, c: 4, k: 5, m })).toBeLessThan(passAtK({ n: 10, c: 4, k: 5, m: m - 1 }));
    }
    expect(passAtK({ n: 10, c: 10, k: 10, m: 10 })).toBeCloseTo(1, 12);
  });
  it('refuses counts that do not fit', () => {
    expect(() => passAtK({ n: 3, c: 4, k: 1 })).toThrow('n = 3, c = 4');
  });
});
