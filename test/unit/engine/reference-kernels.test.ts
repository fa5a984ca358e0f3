/** Every reference kernel: its backward pass by finite differences, and sums and identities that must hold. */
import { describe, expect, it } from 'vitest';
import {
  adamwUpdate,
  argmaxRows,
  attention,
  attentionBackward,
  clipScale,
  crossEntropy,
  embeddingBackward,
  embeddingGather,
  globalNorm,
  labelLogProb,
  linear,
  linearInputGradient,
  linearWeightGradient,
  loraBackward,
  loraLinear,
  rmsNorm,
  rmsNormBackward,
  rope,
  ropeBackward,
  gatedUnit,
  gatedUnitBackward,
} from '../../../src/engine/reference/kernels';
import { distance, dot, numbers } from '../../helpers/numbers';
import { expectGradient } from './reference-checks';

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

describe('embedding', () => {
  const ids = Uint32Array.of(2, 0, 2, 4);

  it('reads one table row per token', () => {
    expect([...embeddingGather(Float32Array.of(1, 2, 3, 4, 5, 6), Uint32Array.of(2, 0), 2)]).toEqual([5, 6, 1, 2]);
  });

  it('gives the gradient of a repeated token the sum of its uses, and none to unread rows', () => {
    const table = numbers(1, 5 * 3);
    const weights = numbers(2, ids.length * 3);
    const gradient = embeddingBackward(weights, ids, 5, 3);
    expectGradient('table', () => dot(weights, embeddingGather(table, ids, 3)), table, gradient);
    expect([...gradient.slice(3, 6), ...gradient.slice(9, 12)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(sum(gradient)).toBeCloseTo(sum(weights), 12);
  });
});

describe('linear layers', () => {
  const [rows, inSize, outSize, rank, scale] = [5, 6, 4, 3, 1.7];
  const x = numbers(3, rows * inSize);
  const w = numbers(4, outSize * inSize);
  const dy = numbers(5, rows * outSize);

  it('multiplies by the transpose of a weight stored [out, in]', () => {
    const y = linear(Float64Array.of(1, 2), Float64Array.of(3, 4, 5, 6, 7, 8), 1, 2, 3);
    expect([...y]).toEqual([11, 17, 23]);
  });

  it('has the gradients of its input and weight', () => {
    const loss = () => dot(dy, linear(x, w, rows, inSize, outSize));
    expectGradient('x', loss, x, linearInputGradient(dy, w, rows, inSize, outSize));
    expectGradient('w', loss, w, linearWeightGradient(dy, x, rows, inSize, outSize));
  });

  it('has the gradients of input, A and B through an adapter whose B is not zero', () => {
    const a = numbers(6, rank * inSize);
    const b = numbers(7, outSize * rank);
    const shape = { rows, inSize, outSize, rank, scale };
    const loss = () => dot(dy, loraLinear(x, w, a, b, shape));
    const { dx, da, db } = loraBackward(dy, x, w, a, b, shape);
    expectGradient('x', loss, x, dx);
    expectGradient('a', loss, a, da);
    expectGradient('b', loss, b, db);
  });

  it('equals the linear layer of the merged weight W + s·B·A', () => {
    const a = numbers(6, rank * inSize);
    const b = numbers(7, outSize * rank);
    const aTransposed = Float64Array.from(
      { length: inSize * rank },
      (_, n) => a[(n % rank) * inSize + Math.floor(n / rank)]!,
    );
    const product = linear(b, aTransposed, outSize, rank, inSize);
    const merged = w.map((value, n) => value + scale * product[n]!);
    const adapted = loraLinear(x, w, a, b, { rows, inSize, outSize, rank, scale });
    expect(distance(adapted, linear(x, merged, rows, inSize, outSize))).toBeLessThan(1e-14);
  });
});

describe('RMSNorm', () => {
  const [rows, size, epsilon] = [4, 6, 1e-2];
  const x = numbers(8, rows * size);
  const w = numbers(9, size).map((value) => 1 + value / 2);
  const dy = numbers(10, rows * size);

  it('divides by the root mean square, epsilon inside the root', () => {
    expect([...rmsNorm(Float64Array.of(3, 4), Float64Array.of(1, 2), 1, 2, 3.5)]).toEqual([3 / 4, 8 / 4]);
  });

  it('has the gradients of its input and weight', () => {
    const loss = () => dot(dy, rmsNorm(x, w, rows, size, epsilon));
    const { dx, dw } = rmsNormBackward(dy, x, w, rows, size, epsilon);
    expectGradient('x', loss, x, dx);
    expectGradient('w', loss, w, dw);
  });

  it('without epsilon ignores the length of a row: its gradient is orthogonal to the row', () => {
    const { dx } = rmsNormBackward(dy, x, w, rows, size, 0);
    for (let r = 0; r < rows; r++) {
      expect(dot(dx.subarray(r * size, (r + 1) * size), x.subarray(r * size, (r + 1) * size))).toBeCloseTo(0, 13);
    }
  });
});

describe('rotary positions', () => {
  const shape = { heads: 2, headDim: 6 };
  const frequencies = [1, 0.3, 0.02];
  const positions = [0, 1, 5, 9];
  const x = numbers(11, positions.length * 12);

  it('turns the pair (i, i + D/2) by position times frequency', () => {
    const turned = rope(Float64Array.of(1, 0, 0, 0), [1], [Math.PI / 2, 5], { heads: 1, headDim: 4 });
    expect(distance(turned, Float64Array.of(0, 0, 1, 0))).toBeLessThan(1e-15);
  });

  it('leaves position 0 alone and keeps every length', () => {
    const turned = rope(x, positions, frequencies, shape);
    expect([...turned.subarray(0, 12)]).toEqual([...x.subarray(0, 12)]);
    expect(dot(turned, turned)).toBeCloseTo(dot(x, x), 12);
  });

  it('is undone by its transpose, which is its gradient', () => {
    const dy = numbers(12, x.length);
    const gradient = ropeBackward(dy, positions, frequencies, shape);
    expectGradient('x', () => dot(dy, rope(x, positions, frequencies, shape)), x, gradient);
    expect(
      distance(ropeBackward(rope(x, positions, frequencies, shape), positions, frequencies, shape), x),
    ).toBeLessThan(1e-15);
  });

  it('makes scores depend on the distance of two positions only', () => {
    const [q, k] = [numbers(13, 12), numbers(14, 12)];
    const score = (a: number, b: number) => dot(rope(q, [a], frequencies, shape), rope(k, [b], frequencies, shape));
    expect(score(9, 4)).toBeCloseTo(score(6, 1), 12);
  });
});

describe('attention over a packed row', () => {
  const shape = { heads: 4, kvHeads: 2, headDim: 3 };
  const segmentStart = Uint32Array.of(0, 0, 0, 3, 4, 4, 4, 4);
  const tokens = segmentStart.length;
  const q = numbers(15, tokens * 12, 2);
  const k = numbers(16, tokens * 6, 2);
  const v = numbers(17, tokens * 6);
  const dO = numbers(18, tokens * 12);

  it('has the gradients of queries, keys and values', () => {
    const loss = () => dot(dO, attention(q, k, v, segmentStart, shape).o);
    const { dq, dk, dv } = attentionBackward(dO, q, k, v, segmentStart, shape);
    expectGradient('q', loss, q, dq, { entries: 96 });
    expectGradient('k', loss, k, dk);
    expectGradient('v', loss, v, dv);
  });

  it('averages values: weights add to 1, so a constant value comes through and dv keeps the sum of dO', () => {
    const { o } = attention(q, k, new Float64Array(v.length).fill(2.5), segmentStart, shape);
    expect(distance(o, new Float64Array(o.length).fill(2.5))).toBeLessThan(1e-15);
    const { dv, dk } = attentionBackward(dO, q, k, v, segmentStart, shape);
    expect(sum(dv)).toBeCloseTo(sum(dO), 12);
    // Adding one vector to all keys of a segment changes no probability.
    for (const [from, to] of [
      [0, 3],
      [3, 4],
      [4, 8],
    ] as const) {
      for (let i = 0; i < 6; i++) {
        let total = 0;
        for (let t = from; t < to; t++) total += dk[t * 6 + i]!;
        expect(total).toBeCloseTo(0, 13);
      }
    }
  });

  it('gives a segment of one token its own value, and its own score as log-sum-exp', () => {
    const { o, lse } = attention(q, k, v, segmentStart, shape);
    for (let h = 0; h < 4; h++) {
      const kv = 3 * 6 + Math.floor(h / 2) * 3;
      const qAt = 3 * 12 + h * 3;
      expect([...o.subarray(qAt, qAt + 3)]).toEqual([...v.subarray(kv, kv + 3)]);
      const own = dot(q.subarray(qAt, qAt + 3), k.subarray(kv, kv + 3)) / Math.sqrt(3);
      expect(lse[3 * 4 + h]).toBeCloseTo(own, 13);
    }
  });

  it('computes every segment as if it stood alone', () => {
    const whole = attention(q, k, v, segmentStart, shape);
    const back = attentionBackward(dO, q, k, v, segmentStart, shape);
    for (const [from, to] of [
      [0, 3],
      [3, 4],
      [4, 8],
    ] as const) {
      const wide = (x: Float64Array) => x.subarray(from * 12, to * 12);
      const narrow = (x: Float64Array) => x.subarray(from * 6, to * 6);
      const start = new Uint32Array(to - from);
      const alone = attention(wide(q), narrow(k), narrow(v), start, shape);
      expect(wide(whole.o)).toEqual(alone.o);
      expect(whole.lse.subarray(from * 4, to * 4)).toEqual(alone.lse);
      const backAlone = attentionBackward(wide(dO), wide(q), narrow(k), narrow(v), start, shape);
      expect(wide(back.dq)).toEqual(backAlone.dq);
      expect(narrow(back.dk)).toEqual(backAlone.dk);
      expect(narrow(back.dv)).toEqual(backAlone.dv);
    }
  });
});

describe('SwiGLU', () => {
  it('has the gradients of gate and up', () => {
    const [gate, up, dy] = [numbers(19, 40, 6), numbers(20, 40), numbers(21, 40)];
    const loss = () => dot(dy, gatedUnit('silu', gate, up));
    const { dGate, dUp } = gatedUnitBackward('silu', dy, gate, up);
    expectGradient('gate', loss, gate, dGate);
    expectGradient('up', loss, up, dUp);
  });

  it('passes large gates through and closes on very negative ones', () => {
    expect([...gatedUnit('silu', Float64Array.of(0, 800, -800), Float64Array.of(3, 2, 2))]).toEqual([0, 1600, -0]);
  });
});

describe('cross-entropy', () => {
  const [rows, vocab] = [4, 7];
  const logits = numbers(22, rows * vocab, 4);
  const labels = Uint32Array.of(0, 6, 3, 3);
  const weights = Float64Array.of(0.5, 0, 2, 0.25);

  it('has the gradient of its logits under row weights; every row of it adds to zero', () => {
    const { dLogits } = crossEntropy(logits, labels, weights, vocab);
    expectGradient('logits', () => crossEntropy(logits, labels, weights, vocab).loss, logits, dLogits);
    for (let r = 0; r < rows; r++) expect(sum(dLogits.subarray(r * vocab, (r + 1) * vocab))).toBeCloseTo(0, 14);
    expect([...dLogits.subarray(vocab, 2 * vocab)].every((d) => d === 0)).toBe(true);
  });

  it('is minus the weighted log-probability of the labels, and ln(vocabulary) for flat logits', () => {
    const logProb = labelLogProb(logits, labels, vocab);
    expect(crossEntropy(logits, labels, weights, vocab).loss).toBeCloseTo(-dot(weights, logProb), 13);
    const flat = crossEntropy(
      new Float64Array(rows * vocab).fill(3),
      labels,
      new Float64Array(rows).fill(1 / rows),
      vocab,
    );
    expect(flat.loss).toBeCloseTo(Math.log(vocab), 14);
  });

  it('gives probabilities that add to 1 at any temperature', () => {
    for (const temperature of [0.3, 1, 2.5]) {
      const all = Uint32Array.from({ length: vocab }, (_, c) => c);
      const row = Float64Array.from({ length: vocab * vocab }, (_, n) => logits[n % vocab]!);
      expect(sum(labelLogProb(row, all, vocab, temperature).map(Math.exp))).toBeCloseTo(1, 14);
    }
  });

  it('stays finite for logits far beyond the range of exp', () => {
    const logProb = labelLogProb(Float64Array.of(5000, 4990, -5000), Uint32Array.of(1), 3);
    expect(logProb[0]).toBeCloseTo(-10 - Math.log1p(Math.exp(-10)), 12);
  });

  it('names the smallest id among equal largest logits', () => {
    expect([...argmaxRows(Float64Array.of(1, 5, 5, 0, -2, -2, -3, -2), 4)]).toEqual([1, 0]);
  });
});

describe('clipping and AdamW', () => {
  it('measures one norm over all tensors and scales down only what exceeds the limit', () => {
    expect(globalNorm([Float64Array.of(3), Float32Array.of(0, 4)])).toBe(5);
    expect(clipScale(5, 1)).toBe(1 / (5 + 1e-6));
    expect(clipScale(0.5, 1)).toBe(1);
    expect(clipScale(5, Infinity)).toBe(1);
  });

  it('first step: decays, then moves by the learning rate against the sign of the gradient', () => {
    const parameter = Float64Array.of(2, -2, 1);
    const [m, v] = [new Float64Array(3), new Float64Array(3)];
    const settings = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.5 };
    adamwUpdate(parameter, Float64Array.of(7, -0.3, 0), m, v, 1, settings);
    expect(parameter[0]).toBeCloseTo(2 * 0.95 - 0.1, 7);
    expect(parameter[1]).toBeCloseTo(-2 * 0.95 + 0.1, 7);
    expect(parameter[2]).toBe(0.95);
    expect(m[0]).toBeCloseTo(0.7, 14);
    expect(v[0]).toBeCloseTo(0.049, 14);
  });
});
