/**
 * The files chosen on the page and a study: what `--model`, `--ontology` and `--counts` are to the terminal.
 *
 * Promises: cells get the ids that they have in the terminal with the same files; a study's own words about a file go
 * before the page's. Must not know: how a cell runs.
 */
import { LabError } from '../core/errors';
import { overrideStudy } from '../experiment';
import type { RunInputs } from './protocol';
import type { StudyDocument, StudyFiles } from './study-protocol';

const TEXTS = ['retention.rehearsal.path', 'evaluation.probes.canaries.path', 'evaluation.probes.languageLoss.path'];

/** Throws `study-invalid` for a study of worlds: its models would have to be pretrained here. */
export function refuseWorlds({ world }: StudyDocument, sourceName: string): void {
  if (world === undefined) return;
  const message = `${sourceName}: it makes worlds and pretrains models on them, which this page cannot do for a study.`;
  const hint = 'Run it in the terminal: npx ontoscope study STUDY.json --out DIR.';
  throw new LabError('study-invalid', message, { hint, control: 'study' });
}

/** The study with the names of the files in its base. Throws `study-invalid` where it varies a file's place or makes worlds. */
export function layFiles(study: StudyDocument, files: StudyFiles, sourceName: string): StudyDocument {
  refuseWorlds(study, sourceName);
  const sets = new Map<string, unknown>([
    ['model.path', files.model.reference ?? files.model.name],
    ['ontology.path', files.ontology.path],
    ...readingOf(study, files),
    ...textsOf(study, files),
  ]);
  const assignments = [...sets].map(([field, value]) => `${field}=${JSON.stringify(value)}`);
  return overrideStudy(study, sourceName, assignments, (field) => {
    const message = `${sourceName}: it varies ${field}, but all cells in this page run with the files chosen here.`;
    const hint = 'Take that factor out, or run the study with ontoscope study, where each cell may name its own files.';
    return new LabError('study-invalid', message, { hint, control: 'study' });
  });
}

/** How the data files are read: what the study leaves open, the page knows. */
function readingOf(study: StudyDocument, { counts, covariates, reading }: StudyFiles): [string, unknown][] {
  const own = (valueAt(study.base, 'ontology') ?? {}) as Partial<RunInputs['spec']['ontology']>;
  const varied = (field: string) =>
    [study.grid, ...Object.values(study.groups).flatMap((levels) => Object.values(levels))].some((sets) =>
      Object.keys(sets).some((name) => name === field || name === 'ontology'),
    );
  // `names` is a question of the experiment, not of the file.
  const { path: _path, names: _names, counts: countsReading, covariates: covariatesReading, ...columns } = reading;
  const open = Object.entries(columns)
    .filter(([name]) => !(name in own) && !varied(`ontology.${name}`))
    .map(([name, value]): [string, unknown] => [`ontology.${name}`, value]);
  if (counts !== null) {
    const columnsOfCounts = own.counts ?? countsReading ?? { identifierColumn: null, countColumn: null };
    open.push(['ontology.counts', { ...columnsOfCounts, path: counts.path }]);
  }
  const named = covariates.map(({ name, file }) => ({
    ...(own.covariates ?? covariatesReading).find((known) => known.name === name),
    name,
    path: file.path,
  }));
  const missing = (own.covariates ?? []).filter(({ name }) => !named.some((each) => each.name === name));
  if (named.length > 0) open.push(['ontology.covariates', [...named, ...missing]]);
  return open;
}

function textsOf({ base }: StudyDocument, { texts }: StudyFiles): [string, unknown][] {
  return TEXTS.flatMap((field): [string, unknown][] => {
    const text = texts[field];
    const group = valueAt(base, field.slice(0, field.lastIndexOf('.')));
    return text && typeof group === 'object' && group !== null ? [[field, text.path]] : [];
  });
}

/** A cell's inputs. Throws `file-missing` for a file that it names and nobody chose. */
export function cellInputs(spec: RunInputs['spec'], files: StudyFiles): RunInputs {
  const missing = (what: string, control: string) =>
    new LabError('file-missing', `The study needs ${what}, and none is chosen.`, {
      hint: 'Choose it under “Inputs”.',
      control,
    });
  if (spec.ontology.counts !== null && files.counts === null) {
    throw missing(`popularity counts (${spec.ontology.counts.path})`, 'ontology.counts.path');
  }
  return {
    spec,
    model: files.model,
    ontology: files.ontology,
    counts: spec.ontology.counts && files.counts,
    covariates: spec.ontology.covariates.map(({ name }) => {
      const found = files.covariates.find((each) => each.name === name);
      if (!found) throw missing(`a table of the covariate ${name}`, 'ontology.covariates');
      return found.file;
    }),
    rehearsal: files.texts[TEXTS[0]!] ?? null,
    probes: { canaries: files.texts[TEXTS[1]!] ?? null, languageLoss: files.texts[TEXTS[2]!] ?? null },
  };
}

function valueAt(value: unknown, field: string): unknown {
  return field
    .split('.')
    .reduce<unknown>(
      (at, name) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined),
      value,
    );
}
