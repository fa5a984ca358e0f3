/** What the page shows of a prepared run. Pure. */
import type { PreparedRun } from '../experiment';
import { TEMPLATE_ROLES } from '../records/types';
import type { RunPlan } from './protocol';

export function describePlan(run: PreparedRun): RunPlan {
  const { weightsBytes, trainingBytes, activationBytes, totalBytes } = run.memory;
  const { seen, withheld, bins, universe, popularity } = run.dataset;
  let longestTokens = 0;
  for (const { examples, facts } of run.directions) {
    const asked = facts.flatMap(({ queries }) => TEMPLATE_ROLES.map((role) => queries[role]));
    for (const { prompt, completion } of [...examples, ...asked]) {
      longestTokens = Math.max(longestTokens, prompt.length + completion.length);
    }
  }
  return {
    experimentId: run.runId,
    model: { name: run.model.name, parameters: run.model.parameters },
    dataset: { seen: seen.length, withheld: withheld.length, bins, universe, popularity },
    memory: { weightsBytes, trainingBytes, activationBytes, totalBytes },
    trainableParameters: run.trainableParameters,
    plannedSteps: run.plannedSteps,
    longestTokens,
    contextTokens: run.config.contextLength,
  };
}
