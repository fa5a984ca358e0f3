/**
 * A study, version 1: one experiment over a grid of settings and several seeds, as one JSON file.
 *
 * Promises: unknown fields are refused, missing ones get the defaults below; what is wrong is named by its path.
 * Must not know: whether a point of the grid is a valid experiment (that is known once the cells are made), how one runs.
 */
import * as v from 'valibot';
import { sha256Hex } from '../core/hash';
import { canonicalJson } from '../core/json';
import { expectationFields, expectationSchema } from './expectations';
import { parseSpecJson } from './parse';
import { found, invalidDocument, strayField, versionProblems, wrongValue, type Problem } from './problems';
import { isObject } from './shape';

export const STUDY_VERSION = 1;
const LARGEST_SEED = 4294967295;

const seed = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LARGEST_SEED));
const name = (longest: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(longest));
/** A file of its own inside the study, or the path of one, relative to the study. */
const fileOrPath = v.optional(v.union([v.record(v.string(), v.unknown()), v.pipe(v.string(), v.minLength(1))]));
/**
 * Dotted name of a field of the experiment spec, for instance `adapter.rank`; with `world.` or `pretrain.` before it, of
 * the world or of its pretraining.
 */
const fieldName = v.pipe(v.string(), v.regex(/^[^.\s]+(\.[^.\s]+)*$/, 'a dotted field name'));

export const studySchema = v.strictObject({
  $schema: v.optional(v.string()),
  studyVersion: v.literal(STUDY_VERSION),
  name: v.optional(name(120), 'untitled study'),
  description: v.optional(v.string(), ''),
  /** An experiment spec, or a part of one: what all cells have in common. */
  base: v.optional(v.record(v.string(), v.unknown()), {}),
  /**
   * A world that every cell makes with its own seed, and the configuration by which a model is pretrained on it; both or
   * neither. The base then lies on the world's own experiment.
   */
  world: fileOrPath,
  pretrain: fileOrPath,
  /** Field → the values it takes; the first one is the reference. Every value is combined with every other. */
  grid: v.optional(v.record(fieldName, v.pipe(v.array(v.unknown()), v.minLength(1))), {}),
  /** Factors whose levels set several fields together: factor → level → field → value. The first level is the reference. */
  groups: v.optional(
    v.record(
      name(40),
      v.pipe(
        v.record(name(40), v.record(fieldName, v.unknown())),
        v.check((levels) => Object.keys(levels).length > 0, 'at least one level'),
      ),
    ),
    {},
  ),
  /** Seeds, each of which runs every point of the grid. Left out: the seed of `base` alone. */
  seeds: v.optional(
    v.union([
      v.pipe(v.array(seed), v.minLength(1)),
      v.strictObject({ first: v.optional(seed, 1), count: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
    ]),
  ),
  /** What the pooled statistics look at; changes no run. */
  analysis: v.optional(
    v.strictObject({
      /** Wording of the questions whose answers count. */
      template: v.optional(v.picklist(['held-out', 'trained']), 'held-out'),
      /** An event counts where so many evaluations in a row agree; its time is that of the first of them. */
      sustained: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 1),
      /** Covariates of the survival models; see docs/studies.md. */
      covariates: v.optional(v.array(name(60)), ['latent', 'popularity', 'lexical.ngram']),
      /** Confidence level of every interval. */
      level: v.optional(v.pipe(v.number(), v.minValue(0.5), v.maxValue(0.9999)), 0.95),
    }),
    {},
  ),
  /** What the study is to show, written down before it runs. Changes no run. */
  expectations: v.optional(v.array(expectationSchema)),
});

/** A study as written by a person: defaults missing. */
export type StudyInput = v.InferInput<typeof studySchema>;
/** A study with every default filled in; `base` stays as it was written. */
export type StudySpec = v.InferOutput<typeof studySchema>;
export type StudyAnalysis = StudySpec['analysis'];
/** Field → value. */
export type Assignments = Readonly<Record<string, unknown>>;

/**
 * Text is read as JSON; any other value is taken as it is. Throws LabError `study-invalid` naming the path of every wrong
 * field (up to five); `control` is the first.
 */
export function parseStudy(source: unknown, sourceName: string): StudySpec {
  const value = typeof source === 'string' ? parseSpecJson(source, sourceName, 'study-invalid') : source;
  if (!isObject(value)) {
    throw invalidDocument('study-invalid', sourceName, [
      {
        path: '',
        text: `found ${found(value)}, allowed: a JSON object`,
        hint: `A study starts like {"studyVersion": ${STUDY_VERSION}, "base": {}, "grid": {}, "seeds": [1, 2, 3]}.`,
      },
    ]);
  }
  const otherVersion = versionProblems('study', 'studyVersion', value, STUDY_VERSION);
  if (otherVersion.length > 0) throw invalidDocument('study-invalid', sourceName, otherVersion);
  const result = v.safeParse(studySchema, value);
  if (!result.success) throw invalidDocument('study-invalid', sourceName, result.issues.map(describe));
  const problems = [...lostNames(value), ...repeated(result.output), ...halfAWorld(result.output)];
  if (problems.length > 0) throw invalidDocument('study-invalid', sourceName, problems);
  return result.output;
}

/** The seeds in their order; `fallback` where the study names none. */
export function studySeeds({ seeds }: StudySpec, fallback: number): number[] {
  if (seeds === undefined) return [fallback];
  if (Array.isArray(seeds)) return seeds;
  return Array.from({ length: seeds.count }, (_, i) => seeds.first + i);
}

/** SHA-256 of the filled study's canonical JSON without `$schema` and `description`. */
export function studyHash(study: StudySpec): string {
  const { $schema: _schema, description: _description, ...rest } = study;
  return sha256Hex(canonicalJson(rest));
}

function describe(issue: v.BaseIssue<unknown>): Problem {
  const path = (issue.path ?? []).map(({ key }) => String(key));
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return strayField(path, fieldNames(path.slice(0, -1)));
  }
  const inner = issue.type === 'union' && Array.isArray(issue.input) ? issue.issues?.[0] : undefined;
  if (inner)
    return describe({ ...inner, path: [...(issue.path ?? []), ...(inner.path ?? [])] } as v.BaseIssue<unknown>);
  return wrongValue(issue, path, 'the study', 'docs/studies.md');
}

function fieldNames(path: readonly string[]): string[] {
  if (path[0] === 'expectations') return expectationFields(path.slice(2));
  const node = path[0] === 'analysis' ? studySchema.entries.analysis.wrapped.entries : studySchema.entries;
  return path[0] === 'seeds' ? ['first', 'count'] : Object.keys(node);
}

/** Names that a record cannot hold (`__proto__` and its like) vanish in reading instead of being refused. */
function lostNames(value: Record<string, unknown>): Problem[] {
  return ['base', 'world', 'pretrain', 'grid', 'groups'].flatMap((path) => lostBelow(value[path], path));
}

function lostBelow(value: unknown, path: string): Problem[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    ['__proto__', 'prototype', 'constructor'].includes(key)
      ? [{ path: `${path}.${key}`, text: 'no such field', hint: `Remove ${path}.${key}.` }]
      : lostBelow(member, `${path}.${key}`),
  );
}

function halfAWorld({ world, pretrain }: StudySpec): Problem[] {
  if ((world === undefined) === (pretrain === undefined)) return [];
  const [there, missing] = world === undefined ? ['pretrain', 'world'] : ['world', 'pretrain'];
  const hint = `Add ${missing}, or leave ${there} out and name a model.`;
  return [{ path: missing, text: `found nothing, but the study has ${there}`, hint }];
}

function repeated({ seeds, analysis }: StudySpec): Problem[] {
  const lists: [string, readonly unknown[]][] = [['analysis.covariates', analysis.covariates]];
  if (Array.isArray(seeds)) lists.push(['seeds', seeds]);
  const twice = lists.flatMap(([path, list]) => {
    const again = list.find((item, index) => list.indexOf(item) !== index);
    if (again === undefined) return [];
    const text = `found ${JSON.stringify(again)} more than once, allowed: each value once`;
    return [{ path, text, hint: `Remove the repetition from ${path}.` }];
  });
  const last = seeds !== undefined && !Array.isArray(seeds) ? seeds.first + seeds.count - 1 : 0;
  if (last <= LARGEST_SEED) return twice;
  const hint = 'Begin with a smaller seed, or use fewer.';
  return [...twice, { path: 'seeds', text: `the last seed would be ${last}, allowed: up to ${LARGEST_SEED}`, hint }];
}
