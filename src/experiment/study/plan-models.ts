/**
 * What the models of a study of worlds would take: tokens, operations, memory, roughly the time.
 *
 * Promises: nothing is pretrained or kept; a model that cannot be pretrained says why. Must not know: files, hosts.
 */
import { LabError, toLabError } from '../../core/errors';
import { measurePretraining } from '../pretrain/speed';
import type { PretrainHost } from '../pretrain/events';
import type { PreparedPretraining } from '../pretrain/prepare';
import type { StudyCell } from './cells';
import type { StudyModel } from './study-model';

export interface PlannedModel {
  id: string;
  /** How many cells are run with it. */
  cells: number;
  parameters: number | null;
  steps: number | null;
  /** Predicted ones. */
  tokens: number | null;
  operations: number | null;
  memoryBytes: number | null;
  roughMs: number | null;
  /** Why it cannot be pretrained. */
  problem: string | null;
}

export interface ModelPlanHost {
  prepare(model: StudyModel): Promise<PreparedPretraining>;
  /** Where steps are timed. Throws where there is no GPU. */
  pretrainHost(): Promise<PretrainHost>;
  signal?: AbortSignal;
}

/** The models of the cells, each once, in the order in which they are needed. */
export function studyModels(cells: readonly StudyCell[]): StudyModel[] {
  const models = cells.flatMap(({ model }) => (model ? [[model.id, model] as const] : []));
  return [...new Map(models).values()];
}

/** Throws `cancelled` on abort. */
export async function planModels(cells: readonly StudyCell[], host: ModelPlanHost): Promise<PlannedModel[]> {
  const signal = host.signal ?? new AbortController().signal;
  let msPerOperation: number | null = null;
  let measured = false;
  const planned: PlannedModel[] = [];
  for (const model of studyModels(cells)) {
    if (signal.aborted) throw new LabError('cancelled', 'The plan was given up.', { hint: 'Nothing to do.' });
    const common = { id: model.id, cells: cells.filter((cell) => cell.model?.id === model.id).length };
    const prepared = await host.prepare(model).catch((error: unknown) => toLabError(error).message);
    if (typeof prepared === 'string') {
      const unknown = { parameters: null, steps: null, tokens: null, operations: null, memoryBytes: null };
      planned.push({ ...common, ...unknown, roughMs: null, problem: prepared });
      continue;
    }
    const { parameters, steps, tokens, operations, memory } = prepared.plan;
    // Measured once: models differ in operations, but hardly in the time that one takes.
    if (!measured) msPerOperation = await timed(prepared, host, signal);
    measured = true;
    const roughMs = msPerOperation === null ? null : Math.round(msPerOperation * operations.total);
    const known = { parameters, steps, tokens, operations: operations.total, memoryBytes: memory.totalBytes };
    planned.push({ ...common, ...known, roughMs, problem: null });
  }
  return planned;
}

/** Null where there is no GPU: the plan of the cells says why. */
async function timed(prepared: PreparedPretraining, host: ModelPlanHost, signal: AbortSignal): Promise<number | null> {
  try {
    return await measurePretraining(prepared, await host.pretrainHost(), signal);
  } catch {
    return null;
  }
}
