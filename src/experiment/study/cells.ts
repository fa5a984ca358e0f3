/**
 * From a study to its cells: every point of the grid with every seed, each a whole experiment.
 *
 * Promises: the same study gives the same cells in the same order, with the same ids and folders, wherever its files lie;
 * every cell is a valid spec, and no two are the same experiment. Must not know: files, hosts, how a cell runs.
 */
import { LabError } from '../../core/errors';
import { sha256Hex } from '../../core/hash';
import { canonicalJson } from '../../core/json';
import {
  applyOverrides,
  experimentIdentity,
  laidOn,
  migrateSpec,
  parseSpec,
  SPEC_VERSION,
  studySeeds,
  type Assignments,
  type ExperimentSpec,
  type StudySpec,
} from '../../spec';
import { experimentOn } from '../worlds';
import { asStudyError, wrong } from './refusals';
import { cellModel, checkModels, modelPart, refusedModelField, type StudyModel } from './study-model';

/** More than these are no study that ends. */
export const MAX_CELLS = 1000;
const LONGEST_NAME = 120;
const LONGEST_SLUG = 60;

/** What is varied: a field of the spec, or several together. The first level is the reference. */
export interface StudyFactor {
  name: string;
  levels: { label: string; sets: Assignments }[];
}

export interface StudyCell {
  index: number;
  /** Tells the cell from every other of any study; does not depend on where files lie. */
  id: string;
  /** Name of its folder within the study's. */
  folder: string;
  /** Factor → label of its level; empty where nothing is varied but the seed. */
  levels: Readonly<Record<string, string>>;
  /** The same in words, `adapter.rank=4`; `all runs` where nothing is varied. */
  point: string;
  seed: number;
  spec: ExperimentSpec;
  /** What it is run with, in a study of worlds: paths of the spec are relative to its world's files. */
  model: StudyModel | null;
}

/** The factors in the study's order. Throws `study-invalid` where two of them set the same field, or levels look alike. */
export function studyFactors(study: StudySpec, sourceName: string): StudyFactor[] {
  const ofGrid = Object.entries(study.grid).map(([field, values]) => ({
    name: field,
    levels: values.map((value) => ({ label: labelOf(value), sets: { [field]: value } })),
  }));
  const ofGroups = Object.entries(study.groups).map(([name, levels]) => ({
    name,
    levels: Object.entries(levels).map(([label, sets]) => ({ label, sets })),
  }));
  const factors = [...ofGrid, ...ofGroups];
  const owners = new Map<string, string>();
  for (const { name, levels } of factors) {
    const twice = levels.find(({ label }, i) => levels.findIndex((other) => other.label === label) !== i);
    if (twice) throw wrong(sourceName, `grid.${name}`, `found ${twice.label} more than once`, 'Give each value once.');
    if (name in study.grid && name in study.groups)
      throw wrong(sourceName, `groups.${name}`, 'the grid has a field of this name', 'Name the group otherwise.');
    for (const field of new Set(levels.flatMap(({ sets }) => Object.keys(sets)))) {
      if (field === 'seed' || field === 'specVersion') {
        throw wrong(sourceName, `grid.${field}`, `${field} cannot be varied here`, 'Seeds are listed under seeds.');
      }
      const refused = refusedModelField(study, field);
      if (refused) throw wrong(sourceName, `grid.${field}`, refused.text, refused.hint);
      const other = [...owners].find(([taken, owner]) => owner !== name && overlap(taken, field));
      if (other) {
        const hint = 'Vary a field in one place only.';
        throw wrong(sourceName, `grid.${field}`, `${other[1]} sets ${other[0]} as well`, hint);
      }
      owners.set(field, name);
    }
  }
  return factors;
}

/** Throws `study-invalid` naming the cell and its field, for too many cells, and for two that are the same experiment. */
export function studyCells(study: StudySpec, sourceName: string): StudyCell[] {
  const factors = studyFactors(study, sourceName);
  const base = filledBase(study, sourceName);
  // Counted before anything is made: a grid of ten fields is soon a billion cells.
  const seedCount = study.seeds === undefined ? 1 : Array.isArray(study.seeds) ? study.seeds.length : study.seeds.count;
  const total = factors.reduce((product, { levels }) => product * levels.length, seedCount);
  if (total > MAX_CELLS) {
    const text = `${total} cells, allowed: up to ${MAX_CELLS}`;
    throw wrong(sourceName, 'grid', text, 'Vary fewer fields, give fewer values or fewer seeds.');
  }
  const baseSeed = parseSpec(base, `${sourceName}, base`).seed;
  const known = new Map<string, string>();
  return points(factors)
    .flatMap((point) => studySeeds(study, baseSeed).map((seed) => ({ point, seed })))
    .map(({ point, seed }, index) => {
      const levels = Object.fromEntries(point.map(({ factor, label }) => [factor, label]));
      const words = point.map(({ factor, label }) => `${factor}=${label}`).join(', ');
      const title = words === '' ? `seed ${seed}` : `${words}, seed ${seed}`;
      const sets = Object.assign({}, ...point.map((level) => level.sets)) as Assignments;
      const cell = `${sourceName}, cell “${title}”`;
      const model = study.world === undefined ? null : cellModel(study, sets, seed, cell);
      const spec = cellSpec(study, base, { ...sets, seed }, { cell, title, model });
      const { name: _name, description: _description, $schema: _schema, ...content } = spec;
      const same = canonicalJson(content);
      const twin = known.get(same);
      if (twin !== undefined) {
        const text = `the cells “${twin}” and “${title}” are the same experiment`;
        throw wrong(sourceName, 'grid', text, 'Remove the value that changes nothing.');
      }
      known.set(same, title);
      const identity = { experiment: experimentIdentity(spec), levels, ...(model && { model: model.id }) };
      const id = sha256Hex(canonicalJson(identity)).slice(0, 12);
      return { index, id, folder: folderName(point, seed, id), levels, point: words || 'all runs', seed, spec, model };
    });
}

/** A cell in words. */
export function cellName({ point, seed }: Pick<StudyCell, 'point' | 'seed'>): string {
  return `${point}, seed ${seed}`;
}

interface PointLevel {
  factor: string;
  label: string;
  sets: Assignments;
}

/** Every combination of levels; the first factor changes slowest. */
function points(factors: readonly StudyFactor[]): PointLevel[][] {
  return factors.reduce<PointLevel[][]>(
    (before, { name, levels }) =>
      before.flatMap((point) => levels.map(({ label, sets }) => [...point, { factor: name, label, sets }])),
    [[]],
  );
}

/**
 * The base with what every spec must have, checked on its own, so that its faults are not told once a cell. In a study of
 * worlds it lies on the world's own experiment.
 */
function filledBase(study: StudySpec, sourceName: string): unknown {
  const own = migrateSpec({ specVersion: SPEC_VERSION, model: {}, ontology: {}, ...study.base });
  const base = study.world === undefined ? own : laidOn([worldExperiment(study, sourceName), own as Assignments]);
  asStudyError(() => parseSpec(base, `${sourceName}, base`), { control: 'base' });
  return base;
}

function worldExperiment(study: StudySpec, sourceName: string): Record<string, unknown> {
  return experimentOn(checkModels(study, sourceName));
}

interface CellPlace {
  /** For messages. */
  cell: string;
  title: string;
  model: StudyModel | null;
}

function cellSpec(
  study: StudySpec,
  base: unknown,
  allSets: Assignments,
  { cell, title, model }: CellPlace,
): ExperimentSpec {
  const sets = Object.fromEntries(Object.entries(allSets).filter(([field]) => modelPart(field) === null));
  const assignments = Object.entries(sets).map(([field, value]) => `${field}=${JSON.stringify(value) ?? 'null'}`);
  const changed = asStudyError(() => applyOverrides(base, assignments), { control: 'grid', prefix: cell }) as object;
  const name = `${(study.base.name as string | undefined) ?? study.name} · ${title}`.slice(0, LONGEST_NAME);
  // From the world's files, which lie in the model's folder.
  const own = model === null ? {} : { model: { path: `../../${model.id}` } };
  const spec = asStudyError(() => parseSpec({ ...changed, name, ...own }, cell), { control: 'grid' });
  for (const [field, value] of Object.entries(sets)) {
    const taken = field.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)?.[part], changed);
    // A field of text takes any JSON as written: what was meant as a number would pass unnoticed.
    if (canonicalJson(taken) === canonicalJson(value)) continue;
    const text = `${field}: found ${labelOf(value)}, allowed: text`;
    throw new LabError('study-invalid', `${cell}: ${text}.`, {
      hint: 'Put the value in quotation marks.',
      control: field,
    });
  }
  return spec;
}

/** One is the other, or lies within it. */
function overlap(a: string, b: string): boolean {
  return `${a}.`.startsWith(`${b}.`) || `${b}.`.startsWith(`${a}.`);
}

function labelOf(value: unknown): string {
  const text = typeof value === 'string' ? value : canonicalJson(value);
  // Two long values may begin alike.
  return text.length > 60 ? `${text.slice(0, 50)}…${sha256Hex(text).slice(0, 6)}` : text;
}

/** Readable as far as file systems allow it, and unique by its id. */
function folderName(point: readonly PointLevel[], seed: number, id: string): string {
  const slug = point
    .map(({ factor, label }) => `${factor.split('.').at(-1)}-${label}`)
    .concat(`seed-${seed}`)
    .join('_')
    .replace(/[^\w.-]+/g, '-');
  return `${slug.length > LONGEST_SLUG ? slug.slice(0, LONGEST_SLUG) : slug}_${id.slice(0, 8)}`;
}
