/** RMSNorm and LayerNorm, forward and backward, values around a mean that is large against their spread. */
import { layerNorm, layerNormGrad, layerNormWeightGrad, norm, normGrad, normWeightGrad } from '../../ops/norm';
import {
  layerNorm as referenceLayerNorm,
  layerNormBackward,
  rmsNorm,
  rmsNormBackward,
} from '../../reference/elementwise';
import { floats } from '../numbers';
import { near, type FamilyCheck } from '../types';

const [ROWS, WIDTH, EPSILON] = [9, 172, 1e-5];

export const normCheck: FamilyCheck = {
  name: 'norm',
  title: 'Norms',
  async run(run) {
    const size = ROWS * WIDTH;
    const [x, weight, bias, dy] = [
      floats(1, size).map((v) => v + 2),
      floats(2, WIDTH),
      floats(3, WIDTH),
      floats(4, size),
    ];
    const shape = { rows: ROWS, width: WIDTH, epsilon: EPSILON };
    const found = await run((t) => {
      const [y, dx, ly, ldx] = [t.output(size), t.output(size), t.output(size), t.output(size)];
      const [dw, ldw] = [t.input(new Float32Array(WIDTH)), t.input(new Float32Array(WIDTH))];
      const [scale, stats] = [t.output(ROWS), t.output(2 * ROWS)];
      const [tx, tw, tdy] = [t.input(x), t.input(weight), t.input(dy)];
      norm(t.plan, shape, { x: tx, weight: tw, y, scale });
      normGrad(t.plan, shape, { x: tx, weight: tw, scale, dy: tdy, dx });
      normWeightGrad(t.plan, shape, { x: tx, scale, dy: tdy, dw });
      layerNorm(t.plan, shape, { x: tx, weight: tw, bias: t.input(bias), y: ly, stats });
      layerNormGrad(t.plan, shape, { x: tx, weight: tw, stats, dy: tdy, dx: ldx });
      layerNormWeightGrad(t.plan, shape, { x: tx, stats, dy: tdy, dw: ldw });
      return () => Promise.all([y, dx, dw, ly, ldx, ldw].map((tensor) => t.floats(tensor)));
    });
    const rms = rmsNormBackward(dy, x, weight, ROWS, WIDTH, EPSILON);
    const layer = layerNormBackward(dy, x, weight, ROWS, WIDTH, EPSILON);
    return [
      near('RMSNorm', found[0]!, rmsNorm(x, weight, ROWS, WIDTH, EPSILON), 2e-6),
      near('gradient through RMSNorm', found[1]!, rms.dx, 4e-6),
      near('gradient of RMSNorm’s weights', found[2]!, rms.dw, 4e-6),
      near('LayerNorm', found[3]!, referenceLayerNorm(x, weight, bias, ROWS, WIDTH, EPSILON), 8e-6),
      near('gradient through LayerNorm', found[4]!, layer.dx, 2e-5),
      near('gradient of LayerNorm’s weights', found[5]!, layer.dw, 1e-5),
    ];
  },
};
