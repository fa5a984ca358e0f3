/** DoRA: norms and factors, scaling, the gradient of magnitudes. */
import { doraFactors, magnitudeGradient, scaleOutputs } from '../../ops/dora';
import { doraBackward, doraScale, rowNorms } from '../../reference/dora';
import { floats } from '../numbers';
import { near, type FamilyCheck } from '../types';

const [ROWS, N, K, RANK, SCALE] = [5, 68, 132, 8, 0.7];

export const doraCheck: FamilyCheck = {
  name: 'dora',
  title: 'DoRA',
  async run(run) {
    const [w, a, b] = [floats(1, N * K), floats(2, RANK * K), floats(3, N * RANK)];
    const [magnitude, z, dy, bias] = [floats(4, N), floats(5, ROWS * N), floats(6, ROWS * N), floats(7, N)];
    const found = await run((t) => {
      const [norm, factor, y, dm] = [t.output(N), t.output(N), t.output(ROWS * N), t.input(new Float32Array(N))];
      const given = { w: t.input(w), a: t.input(a), b: t.input(b), magnitude: t.input(magnitude) };
      doraFactors(t.plan, { outputs: N, inputs: K, rank: RANK, scale: SCALE }, { ...given, norm, factor });
      const [tz, shape] = [t.input(z), { rows: ROWS, width: N }];
      scaleOutputs(t.plan, shape, { x: tz, factor, y, bias: t.input(bias) });
      magnitudeGradient(t.plan, shape, { dy: t.input(dy), z: tz, norm, dm });
      return () => Promise.all([norm, factor, y, dm].map((tensor) => t.floats(tensor)));
    });
    const norms = rowNorms(w, a, b, { outSize: N, inSize: K, rank: RANK, scale: SCALE });
    const scaled = doraScale(z, magnitude, norms).map((value, i) => value + bias[i % N]!);
    return [
      near('norms of rows', found[0]!, norms, 2e-6),
      near('factors', found[1]!, Float64Array.from(magnitude, (m, i) => m / norms[i]!), 4e-6),
      near('scaled outputs', found[2]!, scaled, 4e-6),
      near('gradient of magnitudes', found[3]!, doraBackward(dy, z, magnitude, norms).dm, 4e-6),
    ]; // prettier-ignore
  },
};
