/** Linear layers: products, their gradients, LoRA branches, biases; on shapes that are no multiple of a tile. */
import { biasGradient, linear, linearInputGrad, linearWeightGrad } from '../../ops/linear';
import { linear as product, loraBackward, loraLinear } from '../../reference/linear';
import { floats } from '../numbers';
import { near, type FamilyCheck } from '../types';

const [M, N, K, RANK, SCALE] = [34, 68, 44, 8, 0.5] as const;

export const linearCheck: FamilyCheck = {
  name: 'linear',
  title: 'Linear layers and LoRA',
  async run(run) {
    const [x, w, dy] = [floats(1, M * K), floats(2, N * K), floats(3, M * N)];
    const [a, b, bias, residual] = [floats(4, RANK * K), floats(5, N * RANK), floats(6, N), floats(7, M * N)];
    const found = await run((t) => {
      const [h, low] = [t.output(M * RANK), t.output(M * RANK)];
      const [y, plain, dx] = [t.output(M * N), t.output(M * N), t.output(M * K)];
      const [da, db, dbias] = [RANK * K, N * RANK, N].map((n) => t.input(new Float32Array(n)));
      const [tx, tw, tdy, ta, tb] = [x, w, dy, a, b].map((values) => t.input(values));
      const shape = { m: M, n: N, k: K };
      linear(t.plan, { x: tx!, w: tw!, y: plain, ...shape, bias: t.input(bias), residual: t.input(residual) });
      linear(t.plan, { x: tx!, w: ta!, y: h, m: M, n: RANK, k: K });
      linear(t.plan, { x: tx!, w: tw!, y, ...shape, lora: { h, b: tb!, rank: RANK, scale: SCALE } });
      linearInputGrad(t.plan, { dy: tdy!, w: tb!, dx: low, m: M, n: N, k: RANK, scale: SCALE });
      linearWeightGrad(t.plan, { dy: tdy!, x: h, dw: db!, m: M, n: N, k: RANK, scale: SCALE });
      linearWeightGrad(t.plan, { dy: low, x: tx!, dw: da!, m: M, n: RANK, k: K });
      linearInputGrad(t.plan, { dy: tdy!, w: tw!, dx, ...shape, low: { g: low, a: ta!, rank: RANK } });
      biasGradient(t.plan, { rows: M, width: N }, { dy: tdy!, db: dbias! });
      return () => Promise.all([y, plain, dx, da!, db!, dbias!].map((tensor) => t.floats(tensor)));
    });
    const shape = { rows: M, inSize: K, outSize: N, rank: RANK, scale: SCALE };
    const back = loraBackward(dy, x, w, a, b, shape);
    const plain = product(x, w, M, K, N).map((value, i) => value + bias[i % N]! + residual[i]!);
    const sums = new Float64Array(N);
    dy.forEach((value, i) => (sums[i % N]! += value));
    return [
      near('x·Wᵀ with a LoRA branch', found[0]!, loraLinear(x, w, a, b, shape), 4e-6),
      near('x·Wᵀ with bias and residual', found[1]!, plain, 4e-6),
      near('gradient of the input', found[2]!, back.dx, 4e-6),
      near('gradient of A', found[3]!, back.da, 4e-6),
      near('gradient of B', found[4]!, back.db, 4e-6),
      near('gradient of the bias', found[5]!, sums, 4e-6),
    ];
  },
};
