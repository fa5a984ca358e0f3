/**
 * A model with the world that it was trained on, as the inputs and settings of an experiment: what `ontoscope run` takes
 * from the folder of a pretraining.
 *
 * Must not know: where the files come from.
 */
import { LabError } from '../core/errors';
import { parseSpec } from '../spec';
import type { ExperimentSpec } from '../spec/schema';
import type { LabSession } from './session.svelte';

export interface ModelFile {
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

const WORLD = 'world/';
const EXPERIMENT = `${WORLD}experiment.json`;

/**
 * @param files of the model, those of its world in `world/`
 * @param adopt what happens to the settings
 * Throws `usage` while the model is not done.
 */
export function useModel(
  session: LabSession,
  { name, files }: { name: string; files: readonly ModelFile[] },
  adopt: (settings: ExperimentSpec, name: string) => void,
): void {
  const experiment = files.find(({ path }) => path === EXPERIMENT);
  if (!experiment || !files.some(({ path }) => path.endsWith('.safetensors'))) {
    throw new LabError('usage', 'This model is not trained to its end yet.', { hint: 'Continue its pretraining.' });
  }
  const settings = parseSpec(new TextDecoder().decode(experiment.bytes), EXPERIMENT);
  const beside = (path: string | null) => {
    const found = files.find((file) => file.path === `${WORLD}${path}`);
    if (found && path !== null) return { path, file: new File([found.bytes], path) };
    throw new LabError('file-missing', `The model’s world has no ${path}.`, { hint: 'Pretrain it again.' });
  };
  const ontology = beside(settings.ontology.path);
  adopt(settings, name);
  const own = files.filter(({ path }) => !path.startsWith(WORLD));
  session.chooseModel({ name, files: own.map(({ path, bytes }) => ({ path, file: new File([bytes], path) })) });
  session.bring({
    ontology,
    counts: settings.ontology.counts && beside(settings.ontology.counts.path),
    covariates: settings.ontology.covariates.map(({ name: covariate, path }) => ({
      name: covariate,
      file: path === ontology.path ? ontology : beside(path),
    })),
  });
}
