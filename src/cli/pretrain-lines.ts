/** What a pretraining would take, in lines for the terminal. Pure. */
import type { PreparedPretraining } from '../experiment';
import { formatBytes, formatCount } from './format';

export function pretrainPlanLines({ config, plan, decoder }: PreparedPretraining): string[] {
  const { operations, memory } = plan;
  const heldOut = plan.heldOutTokens === 0 ? 'none' : `${formatCount(plan.heldOutTokens)} tokens`;
  return [
    `${config.name}: ${formatCount(plan.parameters)} parameters (${decoder.layers} layers of ${decoder.hiddenSize}, vocabulary ${formatCount(decoder.vocabSize)})`,
    `${formatCount(plan.sentences)} sentences, ${formatCount(plan.filler)} of them filler, on ${formatCount(plan.facts)} facts: ` +
      `${formatCount(plan.tokens)} tokens in ${formatCount(plan.steps)} steps; held out: ${heldOut}`,
    `${toSi(operations.trainingPerToken)} operations a token, ${toSi(operations.total)} in all; ${formatBytes(memory.totalBytes)} on the GPU`,
  ];
}

/** 1234567 → `1.23e6`, the way operations are counted. */
export function toSi(value: number): string {
  return value.toExponential(2).replace('e+', 'e');
}
