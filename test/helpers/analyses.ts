/** Analyses as the worker makes them, in this very thread. */
import { AnalysisStore } from '../../src/app/analyses.svelte';
import { ANALYSES } from '../../src/experiment/analyses';

type Analyse = (runs: readonly unknown[], args: unknown) => unknown;

export function analysesHere(): AnalysisStore {
  return new AnalysisStore({
    analyse: async (runs, { name, args }) => {
      const analyse = ANALYSES[name] as Analyse;
      return (await analyse(
        runs.map(({ run }) => run),
        args,
      )) as never;
    },
  });
}
