/** Weights of losses (SFT, DFT, BFT) and the report of a step’s loss. */
import { ABSENT } from '../../decoder/inputs';
import type { LossSpec } from '../../loss';
import { weighExamples, weighTokens } from '../../ops/loss';
import { reportLoss } from '../../ops/optim';
import { exampleTokenWeights } from '../../reference/weighted-loss';
import { numbers } from '../numbers';
import { near, type FamilyCheck } from '../types';

const LENGTHS = [1, 3, 9, 5];
const ROWS = 64;
const CONFIDENCE = { window: 2, mean: 'geometric', gamma: 1, normalise: true } as const;
const LOSS: LossSpec = { tokenWeight: 'probability', confidence: CONFIDENCE, reduction: 'examples', klWeight: 0 };

export const weightsCheck: FamilyCheck = {
  name: 'weights',
  title: 'Weighted losses',
  async run(run) {
    const examples = LENGTHS.map((length, e) => Float32Array.from(numbers(e + 1, length), (x) => -12 * x * x));
    const [spans, owner, logProb] = [new Uint32Array(2 * ROWS), new Uint32Array(ROWS).fill(ABSENT), new Float32Array(ROWS).fill(-3)]; // prettier-ignore
    let first = 0;
    examples.forEach((each, e) => {
      spans.set([first, first + each.length], 2 * e);
      owner.fill(e, first, first + each.length);
      logProb.set(each, first);
      first += each.length;
    });
    const found = await run((t) => {
      const given = { spans: t.input(spans), owner: t.input(owner), logProb: t.input(logProb) };
      const control = t.input(Uint32Array.of(0, 1, 1));
      const made = { totals: t.output(1), weight: t.output(ROWS), weights: t.output(ROWS) };
      const tensors = { ...given, ...made, control, scale: t.input(Float32Array.of(1 / LENGTHS.length)) };
      weighExamples(t.plan, CONFIDENCE, { examples: ROWS, reduction: LOSS.reduction }, tensors);
      weighTokens(t.plan, LOSS, ROWS, tensors);
      const reports = t.output(2);
      reportLoss(t.plan, ROWS, { log_prob: given.logProb, weights: made.weights, control, reports });
      return () => Promise.all([made.weights, reports].map((tensor) => t.floats(tensor)));
    });
    const expected = new Float64Array(ROWS);
    expected.set(exampleTokenWeights(examples, LOSS).flatMap((each) => [...each]));
    const loss = expected.reduce((sum, weight, i) => sum - weight * logProb[i]!, 0);
    return [
      near('weights of tokens and examples', found[0]!, expected, 4e-6),
      near('the loss of a step', found[1]!.subarray(0, 1), Float64Array.of(loss), 4e-6),
    ];
  },
};
