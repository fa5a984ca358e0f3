/**
 * The models of a study of worlds: which world a cell makes, and how a model is pretrained on it.
 *
 * Promises: cells with an equal world and an equal pretraining have one model, whatever the words about them; a cell's seed
 * is the seed of both. Must not know: files, what a world holds, how pretraining is done.
 */
import { sha256Hex } from '../../core/hash';
import { canonicalJson } from '../../core/json';
import {
  assignPretrain,
  assignWorld,
  parsePretrainConfig,
  parseWorld,
  pretrainIdentity,
  worldIdentity,
  type Assignments,
  type PretrainConfig,
  type StudySpec,
  type WorldSpec,
} from '../../spec';
import { asStudyError, wrong } from './refusals';

export interface StudyModel {
  /** Name of its folder below `models`. */
  id: string;
  world: WorldSpec;
  pretrain: PretrainConfig;
}

/** Where the fields of a study's factors lead. */
const MODEL_PARTS = ['world', 'pretrain'] as const;
type ModelPart = (typeof MODEL_PARTS)[number];

/** The part of a model that a field belongs to; null for a field of the experiment. */
export function modelPart(field: string): ModelPart | null {
  return MODEL_PARTS.find((part) => field === part || field.startsWith(`${part}.`)) ?? null;
}

/** Why a study's factor may not set a field that is about models; null where it may. */
export function refusedModelField(study: StudySpec, field: string): { text: string; hint: string } | null {
  const part = modelPart(field);
  if (part === null) {
    if (study.world === undefined || (field !== 'model' && field !== 'model.path')) return null;
    return { text: 'the study makes its own models', hint: 'Vary fields of the world or of its pretraining.' };
  }
  if (study.world === undefined) {
    return { text: `the study has no ${part}`, hint: 'Add world and pretrain to the study.' };
  }
  if (field === part) return { text: `${part} cannot be varied whole`, hint: `Vary its fields: ${part}.…` };
  if (field !== `${part}.seed`) return null;
  return { text: `${field} cannot be varied here`, hint: 'Seeds are listed under seeds.' };
}

/** The model of one cell. Throws `study-invalid`, naming the cell and the field. */
export function cellModel(study: StudySpec, sets: Assignments, seed: number, cell: string): StudyModel {
  const assignments = Object.entries(sets).map(([field, value]) => `${field}=${JSON.stringify(value) ?? 'null'}`);
  const ofCell = (part: ModelPart) => {
    const own = assignments.filter((assignment) => assignment.startsWith(`${part}.`));
    return { ...assigned(study, part, own), seed };
  };
  const world = about('world', cell, () => parseWorld(ofCell('world'), 'world'));
  const pretrain = about('pretrain', cell, () => parsePretrainConfig(ofCell('pretrain'), 'pretrain'));
  const identity = { world: worldIdentity(world), pretrain: pretrainIdentity(pretrain) };
  return { id: sha256Hex(canonicalJson(identity)).slice(0, 12), world, pretrain };
}

/** A study's world and pretraining with assignments of `world.` and `pretrain.` fields. Throws `study-invalid`. */
export function assignModels(study: StudySpec, sourceName: string, assignments: readonly string[]): StudySpec {
  const result = { ...study };
  for (const part of MODEL_PARTS) {
    const own = assignments.filter((assignment) => assignment.startsWith(`${part}.`));
    if (own.length > 0) result[part] = about(part, sourceName, () => assigned(study, part, own));
  }
  return result;
}

/** The world as the study writes it; its pretraining is checked, too. Throws `study-invalid`. */
export function checkModels(study: StudySpec, sourceName: string): WorldSpec {
  for (const part of MODEL_PARTS) {
    if (typeof study[part] !== 'string') continue;
    const hint = 'The terminal reads it: ontoscope study. Elsewhere write its content into the study.';
    throw wrong(sourceName, part, `the file ${study[part]} was not read`, hint);
  }
  const { path } = (study.base.model ?? {}) as { path?: unknown };
  if (path !== undefined && path !== null) {
    const hint = 'Take model.path out, or world and pretrain.';
    throw wrong(sourceName, 'base.model.path', 'the study makes its own models', hint);
  }
  about('pretrain', sourceName, () => parsePretrainConfig(study.pretrain, 'pretrain'));
  return about('world', sourceName, () => parseWorld(study.world, 'world'));
}

/** Without a world's hash: it was of the world as it had been written. */
function assigned(study: StudySpec, part: ModelPart, assignments: readonly string[]): Record<string, unknown> {
  const lines = assignments.map((assignment) => assignment.slice(part.length + 1));
  const { hash: _hash, ...rest } = study[part] as Record<string, unknown>;
  return (part === 'world' ? assignWorld(rest, lines) : assignPretrain(study[part], lines)) as Record<string, unknown>;
}

function about<T>(part: ModelPart, prefix: string, work: () => T): T {
  return asStudyError(work, { control: part, prefix, within: part });
}
