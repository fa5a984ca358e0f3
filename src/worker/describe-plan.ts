/** What the page shows of a prepared run. Pure. */
import { memoryParts, preparedFiles, tokenLengths, type PreparedRun } from '../experiment';
import type { RunPlan } from './protocol';

export function describePlan(run: PreparedRun): RunPlan {
  const { seen, withheld, bins, universe, popularity } = run.dataset;
  let longestTokens = 0;
  for (const { examples, facts } of run.directions) {
    const asked = facts.flatMap(({ queries }) => Object.values(queries));
    for (const { prompt, completion } of [...examples, ...asked]) {
      longestTokens = Math.max(longestTokens, prompt.length + completion.length);
    }
  }
  return {
    experimentId: run.runId,
    model: { name: run.model.name, parameters: run.model.parameters },
    files: preparedFiles(run),
    dataset: { seen: seen.length, withheld: withheld.length, bins, universe, popularity },
    memory: memoryParts(run.memory),
    trainableParameters: run.trainableParameters,
    plannedSteps: run.plannedSteps,
    work: run.plannedWork,
    tokenLengths: tokenLengths(run.directions),
    longestTokens,
    contextTokens: run.config.contextLength,
  };
}

/** Trials of one whole evaluation of one direction: every fact under every template. */
export function trialsPerEvaluation(run: PreparedRun): number {
  const facts = run.directions[0]?.facts ?? [];
  return facts.reduce((sum, { queries }) => sum + Object.keys(queries).length, 0);
}
