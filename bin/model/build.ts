/**
 * `npm run build:model [-- --resume]`: makes the bundled model from one seed, and everything that is said of it.
 *
 * Promises: the model is what `ontoscope pretrain` writes and its baseline what `ontoscope run` finds; work lies under
 * runs/, so an interrupted building is continued with --resume; nothing of public/ changes before all of it is done.
 */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { main } from '../../src/cli/main';
import { processTerminal } from '../../src/cli/terminal';
import { readWorldFile } from '../../src/cli/world-source';
import { sha256Hex } from '../../src/core/hash';
import {
  makeWorld,
  parseHeldOut,
  parsePretrainManifest,
  parsePretrainSteps,
  PRETRAIN_FILES,
} from '../../src/experiment';
import { parseManifest, parseTrials, RUN_FILES } from '../../src/records';
import type { GivenSource } from '../../src/spec';
import { modelCard, type CardFile, type CardSource } from './card';
import { cardText } from './card-text';

const NAME = 'primer';
const COMMAND = 'npm run build:model';
const LICENCE = 'Apache-2.0';
const WORLD = `public/worlds/${NAME}.json`;
const CONFIG = `public/pretraining/${NAME}.json`;
const MODELS = 'public/models';
const MODEL = path.join(MODELS, NAME);
const EXPERIMENT = 'experiment.json';
const WORK = `runs/build-${NAME}`;

const MODEL_FILES = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'model.safetensors',
];
const TERMS = 'terms.tsv';

interface Ontologies {
  ontologies: (Omit<CardSource, 'group'> & { file: { path: string } })[];
}

async function build(resume: boolean): Promise<number> {
  const pretrained = path.join(WORK, 'model');
  const baseline = path.join(WORK, 'baseline');
  const again = resume ? '--resume' : '--force';
  const ontoscope = (...argv: string[]) => main(argv, processTerminal());
  const trained = await ontoscope('pretrain', WORLD, '--model', CONFIG, '--dtype', 'f16', '--out', pretrained, again);
  if (trained !== 0) return trained;
  const places = [
    '--set',
    `model.path=${pretrained}`,
    '--set',
    `ontology.path=${path.join(pretrained, 'world', TERMS)}`,
  ];
  const experiment = path.join(MODEL, EXPERIMENT);
  const asked = await ontoscope('run', experiment, ...places, '--set', 'train.epochs=0', '--out', baseline, again);
  if (asked !== 0) return asked;

  const made = [
    ...MODEL_FILES.map((name) => [name, path.join(pretrained, name)]),
    [TERMS, path.join(pretrained, 'world', TERMS)],
  ];
  await mkdir(MODEL, { recursive: true });
  for (const [name, from] of made) await copyFile(from!, path.join(MODEL, name!));
  await describe(
    pretrained,
    baseline,
    made.map(([name]) => name!),
  );
  return 0;
}

async function describe(pretrained: string, baseline: string, names: readonly string[]): Promise<void> {
  const { spec, open } = await readWorldFile(WORLD);
  const text = (folder: string, name: string) => readFile(path.join(folder, name), 'utf8');
  const read = async <T>(folder: string, name: string, parse: (text: string, file: string) => T) =>
    parse(await text(folder, name), path.join(folder, name));
  const ontologies = JSON.parse(await text('public/ontologies', 'index.json')) as Ontologies;
  const card = modelCard({
    name: NAME,
    licence: LICENCE,
    command: COMMAND,
    experiment: EXPERIMENT,
    world: await makeWorld(spec, open),
    pretraining: await read(pretrained, PRETRAIN_FILES.manifest, parsePretrainManifest),
    steps: await read(pretrained, PRETRAIN_FILES.steps, parsePretrainSteps),
    heldOut: await read(pretrained, PRETRAIN_FILES.heldOut, parseHeldOut),
    files: await Promise.all(names.map((name) => fileAt(MODEL, name))),
    sources: spec.groups.flatMap(({ name, source }) =>
      source.kind === 'given' ? [sourceOf(ontologies, name, source)] : [],
    ),
    run: await read(baseline, RUN_FILES.manifest, parseManifest),
    trials: await read(baseline, RUN_FILES.trials, parseTrials),
  });
  await writeFile(path.join(MODEL, 'card.json'), jsonText(card));
  await writeFile(path.join(MODEL, 'README.md'), cardText(card));
  const inModels = ({ path: name, ...rest }: CardFile): CardFile => ({ path: `${NAME}/${name}`, ...rest });
  const files = card.files.filter(({ path: name }) => name !== TERMS).map(inModels);
  const entry = {
    name: NAME,
    title: 'Primer',
    description: `${card.groups.reduce((sum, { facts }) => sum + facts, 0)} facts about parts of cells, genes and made-up findings, each read a known number of times.`,
    parameters: card.parameters,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    licence: LICENCE,
    files,
    experiment: `${NAME}/${EXPERIMENT}`,
    ontology: inModels(card.files.find(({ path: name }) => name === TERMS)!),
  };
  await writeFile(path.join(MODELS, 'index.json'), jsonText({ indexVersion: 1, models: [entry] }));
}

const jsonText = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

async function fileAt(folder: string, name: string): Promise<CardFile> {
  const bytes = await readFile(path.join(folder, name));
  return { path: name, bytes: bytes.length, sha256: sha256Hex(bytes) };
}

function sourceOf({ ontologies }: Ontologies, group: string, source: GivenSource): CardSource {
  const { title, version, licence, licenceUrl, attribution, changes } = ontologies.find(
    ({ file }) => file.path === path.basename(source.path),
  )!;
  return { group, title, version, licence, licenceUrl, attribution, changes };
}

process.exit(await build(process.argv.includes('--resume')));
