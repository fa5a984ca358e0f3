/**
 * A world and the files that are written of it.
 *
 * Promises: the same world and the same given files give the same bytes in every host; `experiment.json` is a spec that asks
 * for the world's own facts once a model is named; `world.json` makes the very same world again, from nothing but files
 * beside it. Must not know: where files lie.
 */
import type { NamedText } from '../core/files';
import { CORPUS_FILES } from './pretrain/corpus';
import { SPEC_VERSION, type SpecInput, type WorldSpec } from '../spec';
import {
  buildWorld,
  occurrenceLines,
  placesOf,
  previewWorld,
  readGiven,
  sentenceLines,
  sentenceTexts,
  summarizeWorld,
  termsTable,
  type OpenGiven,
  type World,
  type WorldPreview,
  type WorldSummary,
} from '../worlds';

export { buildWorld, placesOf, previewWorld, readGiven, summarizeWorld };
export type { World, WorldPreview, WorldSummary };

/** Throws `world-invalid`, `too-few-terms`, and what reading the given files throws. */
export async function makeWorld(spec: WorldSpec, open: OpenGiven): Promise<World> {
  return buildWorld(spec, await readGiven(spec, open));
}

export async function lookAtWorld(spec: WorldSpec, open: OpenGiven, examples?: number): Promise<WorldPreview> {
  return previewWorld(spec, await readGiven(spec, open), examples);
}

/** Names of the files that are kept of a world, whatever its groups. */
export const WORLD_FILES = {
  world: 'world.json',
  terms: 'terms.tsv',
  occurrences: 'occurrences.jsonl',
  ...CORPUS_FILES,
  experiment: 'experiment.json',
  summary: 'summary.json',
  filler: 'filler.txt',
} as const;

/** Where a group's rows of terms.tsv lie, to draw from it alone, and where its sentences do, to rehearse them. */
export const GROUP_FILES = {
  terms: (group: string) => `groups/${group}.tsv`,
  sentences: (group: string) => `groups/${group}.txt`,
} as const;

/** Every name that a world's files have. */
export function worldFileNames({ groups }: WorldSpec): string[] {
  const ofGroups = groups.flatMap(({ name }) => [GROUP_FILES.terms(name), GROUP_FILES.sentences(name)]);
  return [...Object.values(WORLD_FILES), ...ofGroups];
}

/** Everything that is kept of a world, by name. */
export function worldFiles(world: World): { files: NamedText[]; summary: WorldSummary } {
  const summary = summarizeWorld(world);
  // Last, wherever it stood: the same world is the same bytes.
  const { hash: _hash, ...spec } = world.spec;
  const json = (name: string, value: unknown): NamedText => ({ name, text: `${JSON.stringify(value, null, 2)}\n` });
  const files = [
    json(WORLD_FILES.world, { ...spec, hash: world.hash }),
    ...world.tables,
    { name: WORLD_FILES.terms, text: termsTable(world) },
    { name: WORLD_FILES.occurrences, text: occurrenceLines(world) },
    { name: WORLD_FILES.sentences, text: sentenceLines(world) },
    { name: WORLD_FILES.heldOut, text: world.corpus.heldOut.map((line) => `${line}\n`).join('') },
    json(WORLD_FILES.tokenizer, world.tokenizer.tokenizer),
    json(WORLD_FILES.tokenizerConfig, world.tokenizer.tokenizerConfig),
    json(WORLD_FILES.experiment, experimentOn(world.spec)),
    json(WORLD_FILES.summary, summary),
    { name: WORLD_FILES.filler, text: sentenceTexts(world, null) },
    ...world.spec.groups.flatMap(({ name }) => [
      { name: GROUP_FILES.terms(name), text: termsTable(world, name) },
      { name: GROUP_FILES.sentences(name), text: sentenceTexts(world, name) },
    ]),
  ];
  return { files, summary };
}

/** Columns of terms.tsv that travel with every fact, under the names that models of survival know them by. */
const COVARIATES = { exposures: 'log2_exposures', termFirst: 'term_first', derived: 'derived' };

/** A spec on terms.tsv beside it: exposures as popularity, and what may explain a result as covariates. */
export function experimentOn(spec: WorldSpec): SpecInput {
  const table = { path: WORLD_FILES.terms, identifierColumn: 'identifier' };
  return {
    specVersion: SPEC_VERSION,
    name: spec.name,
    seed: spec.seed,
    model: {},
    ontology: {
      path: table.path,
      terminology: 'table',
      popularityColumn: 'exposures',
      covariates: Object.entries(COVARIATES).map(([name, valueColumn]) => ({ name, ...table, valueColumn })),
    },
  };
}
