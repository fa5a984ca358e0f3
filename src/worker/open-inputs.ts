/** Files that the page picked, as an experiment reads them: the same object for the same file. */
import type { RunInputs as OpenedInputs } from '../experiment';
import { folderOf, type PickedFile as PlatformFile } from '../platform/folder';
import type { PickedFile } from './data-calls';
import type { DataDesk } from './data-desk';
import type { RunInputs } from './protocol';

export function openInputs(desk: Pick<DataDesk, 'file'>, inputs: RunInputs): OpenedInputs {
  const { spec, model, ontology, counts, covariates, rehearsal, probes } = inputs;
  const opened = (file: PickedFile | null | undefined, control: string) => (file ? desk.file(file, control) : null);
  return {
    spec,
    model: folderOf({ ...model, files: model.files as PlatformFile[] }),
    ontology: desk.file(ontology, 'ontology.path'),
    counts: opened(counts, 'ontology.counts.path'),
    covariates: covariates.map((file) => desk.file(file, 'ontology.covariates')),
    rehearsal: opened(rehearsal, 'retention.rehearsal.path'),
    probes: {
      canaries: opened(probes?.canaries, 'evaluation.probes.canaries.path'),
      languageLoss: opened(probes?.languageLoss, 'evaluation.probes.languageLoss.path'),
    },
  };
}
