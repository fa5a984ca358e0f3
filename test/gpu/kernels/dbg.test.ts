import { it } from 'vitest';
import { RowInputs } from '../../../src/engine/decoder/inputs';
import { embedTokensGrad, vocabularyShards } from '../../../src/engine/ops/rows';
import { kernelBench, floats } from '../../helpers/kernel-bench';
const { run } = kernelBench();
it('x', async () => {
  const inputs = new RowInputs({ tokens: 64, supervised: 64 });
  const none = new Uint32Array(0);
  const image = inputs.image({ ids: Uint32Array.of(2), segmentStart: new Uint32Array(1), supervisedIndex: none, labels: none, example: none },
   { vocabSize: 3, contextLength: 64, lossWeight: 0, inverseTemperature: 1, control: [0, 1], hyper: null });
  const order = new Uint32Array(image, inputs.order.offset, 64);
  const groups = new Uint32Array(image, inputs.groups.offset, 192);
  console.log(order.slice(0,4), groups.slice(0,6));
  const dx = floats(1, 64*4), before = floats(2, 12);
  const f = await run((t) => { const dtable = t.input(before); embedTokensGrad(t.plan, { rows: 64, width: 4, shards: vocabularyShards(3,4,2**27) }, { order: t.input(order), groups: t.input(groups), dx: t.input(dx), dtable }); return () => t.floats(dtable); });
  console.log(f, before, dx.slice(0,4));
});
