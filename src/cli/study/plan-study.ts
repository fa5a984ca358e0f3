/** What a study would run on this machine, and the lines that say it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LabError } from '../../core/errors';
import {
  planCells,
  planModels,
  untrainedFiles,
  type PlannedCell,
  type PlannedModel,
  type StudyModel,
  type StudyPlan,
} from '../../experiment';
import { formatBytes, formatCount, formatDuration } from '../format';
import type { OpenModelAt } from '../model-place';
import { NODE_HOST_NAME, nodeGpu } from '../node-gpu';
import { toSi } from '../pretrain-lines';
import { WORLD_FOLDER } from '../pretrain-store';
import { prepareExperiment } from '../run-experiment';
import { layout } from '../stats/method';
import type { Terminal } from '../terminal';
import { replaceFile } from '../write-files';
import type { StudyFile } from './study-file';
import { prepareModel } from './study-models';

export interface PlannedStudy extends StudyPlan {
  /** In a study of worlds: what is pretrained before the cells. */
  models?: PlannedModel[];
}

export async function planStudy(file: StudyFile, terminal: Terminal, openModelAt: OpenModelAt): Promise<PlannedStudy> {
  const runnerHost = async () => ({ gpu: await nodeGpu(), clock: terminal, hostName: NODE_HOST_NAME });
  if (file.study.world === undefined) {
    return planCells(file.cells, { prepare: (cell) => prepareExperiment(file.filesOf(cell), openModelAt), runnerHost });
  }
  // Cells are planned on their world's own files and on a model that was never trained, of the same shape.
  const folder = await mkdtemp(path.join(tmpdir(), 'ontoscope-plan-'));
  try {
    const prepare = (model: StudyModel) => layModel(model, file, path.join(folder, model.id));
    const models = await planModels(file.cells, { prepare, pretrainHost: runnerHost });
    const problems = new Map(models.map(({ id, problem }) => [id, problem]));
    const { cells, totalRoughMs, timing } = await planCells(file.cells, {
      async prepare(cell) {
        const { id } = cell.model!;
        if (problems.get(id) === null) return prepareExperiment(file.filesOf(cell, path.join(folder, id)));
        throw new LabError('config-invalid', `Its model ${id} cannot be pretrained.`, { hint: problems.get(id)! });
      },
      runnerHost,
    });
    const ofModels = models.reduce((sum, { roughMs }) => sum + (roughMs ?? 0), 0);
    return { models, cells, totalRoughMs: totalRoughMs === null ? null : totalRoughMs + ofModels, timing };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function layModel(model: StudyModel, file: StudyFile, folder: string) {
  const { prepared, files } = await prepareModel(model, file);
  for (const { path: name, bytes } of untrainedFiles(prepared)) await replaceFile(path.join(folder, name), bytes);
  for (const { name, text } of files) await replaceFile(path.join(folder, WORLD_FOLDER, name), text);
  return prepared;
}

export function planLines({ models, cells, totalRoughMs, timing }: PlannedStudy): string[] {
  const rows = cells.map(({ folder, steps, memoryBytes, roughMs: ms, problem }) => [
    folder,
    steps === null ? '–' : formatCount(steps),
    memoryBytes === null ? '–' : formatBytes(memoryBytes),
    ms === null ? '–' : formatDuration(ms),
    problem === null ? '' : 'cannot run',
  ]);
  const problems = cells.flatMap(({ folder, problem }) => (problem === null ? [] : [`${folder}: ${problem}`]));
  return [
    ...(models ? [...modelLines(models), ''] : []),
    ...layout(['cell', 'steps', 'GPU memory', 'about', ''], rows),
    '',
    ...(models ? totalLines(models, cells) : []),
    `${cells.length} cells, about ${totalRoughMs === null ? 'an unknown time' : formatDuration(totalRoughMs)} (${timing})`,
    ...problems,
  ];
}

function modelLines(models: readonly PlannedModel[]): string[] {
  const shown = (value: number | null, format: (value: number) => string) => (value === null ? '–' : format(value));
  const rows = models.map(({ id, cells, parameters, tokens, operations, memoryBytes, roughMs, problem }) => [
    id,
    formatCount(cells),
    shown(parameters, formatCount),
    shown(tokens, formatCount),
    shown(operations, toSi),
    shown(memoryBytes, formatBytes),
    shown(roughMs, formatDuration),
    problem === null ? '' : 'cannot be pretrained',
  ]);
  return [
    ...layout(['model', 'cells', 'parameters', 'tokens', 'operations', 'GPU memory', 'about', ''], rows),
    ...models.flatMap(({ id, problem }) => (problem === null ? [] : [`${id}: ${problem}`])),
  ];
}

/** Operations are stated before anything is computed. */
function totalLines(models: readonly PlannedModel[], cells: readonly PlannedCell[]): string[] {
  const sum = (values: readonly (number | null | undefined)[]) =>
    values.reduce<number>((total, value) => total + (value ?? 0), 0);
  const tokens = (kind: 'train' | 'score' | 'decode') =>
    formatCount(Math.round(sum(cells.map(({ work }) => work?.[kind]))));
  return [
    `${models.length} models to pretrain: ${formatCount(sum(models.map((model) => model.tokens)))} tokens, ` +
      `${toSi(sum(models.map(({ operations }) => operations)))} operations`,
    `the cells: ${tokens('train')} tokens trained, ${tokens('score')} scored, at most ${tokens('decode')} decoded`,
  ];
}
