/** Units of feed-forward blocks, far tails included: past ±88 the exponential leaves f32. */
import { gatedUnit, gatedUnitGrad, plainUnit, plainUnitGrad } from '../../ops/activation';
import { activation, gatedUnit as reference, gatedUnitBackward } from '../../reference/elementwise';
import { floats } from '../numbers';
import { near, type FamilyCheck } from '../types';

const GATES = Float32Array.of(0, -0, 1e-6, -1e-6, 5.5, -5.5, 20, -20, 87.5, -87.5, 200, -200, ...floats(1, 121, 12));
const COUNT = GATES.length;

export const activationCheck: FamilyCheck = {
  name: 'activation',
  title: 'Feed-forward units',
  async run(run) {
    const [up, dy] = [floats(2, COUNT, 3), floats(3, COUNT)];
    const kinds = ['silu', 'gelu', 'gelu-tanh'] as const;
    const found = await run((t) => {
      const [gate, tup, tdy] = [t.input(GATES), t.input(up), t.input(dy)];
      const outputs = kinds.map((kind) => {
        const [y, dgate, dup, alone, dalone] = Array.from({ length: 5 }, () => t.output(COUNT));
        gatedUnit(t.plan, COUNT, kind, { gate, up: tup, y: y! });
        gatedUnitGrad(t.plan, COUNT, kind, { gate, up: tup, dy: tdy, dgate: dgate!, dup: dup! });
        if (kind !== 'silu') {
          plainUnit(t.plan, COUNT, kind, { x: gate, y: alone! });
          plainUnitGrad(t.plan, COUNT, kind, { x: gate, dy: tdy, dx: dalone! });
        }
        return [y!, dgate!, dup!, alone!, dalone!];
      });
      return () => Promise.all(outputs.map((tensors) => Promise.all(tensors.map((tensor) => t.floats(tensor)))));
    });
    return kinds.flatMap((kind, i) => {
      const [y, dgate, dup, alone, dalone] = found[i]!;
      const back = gatedUnitBackward(kind, dy, GATES, up);
      const one = Array.from(GATES, (gate) => activation(kind, gate));
      const plain = [
        near(`${kind} alone`, alone!, Float64Array.from(one, ({ value }) => value), 4e-6),
        near(`gradient of ${kind} alone`, dalone!, Float64Array.from(one, ({ slope }, j) => dy[j]! * slope), 1e-5),
      ]; // prettier-ignore
      return [
        near(`gate by ${kind}`, y!, reference(kind, GATES, up), 4e-6),
        near(`gradient of a gate by ${kind}`, dgate!, back.dGate, 1e-5),
        near(`gradient of what ${kind} gates`, dup!, back.dUp, 4e-6),
        ...(kind === 'silu' ? [] : plain),
      ];
    });
  },
};
