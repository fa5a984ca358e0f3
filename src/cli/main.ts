/**
 * The command line: picks the command, prints errors, gives the exit status.
 *
 * Promises: answers on stdout, everything else on stderr; exit status 0 for success, 1 for an error, 2 for a usage error,
 * 130 for an interrupted run; with --json exactly one JSON document on stdout, an error as {"error": {…}}.
 */
import { toLabError, type LabError, type LabErrorCode } from '../core/errors';
import { ONTOSCOPE_VERSION } from '../experiment';
import { usageError } from './arguments';
import { ADAPTER_HELP, adapterCommand } from './commands/adapter';
import { ASSOCIATIONS_HELP, associationsCommand } from './commands/associations';
import { BUNDLE_HELP, bundleCommand } from './commands/bundle';
import { CACHE_COMMAND_HELP, cacheCommand } from './commands/cache';
import { DEVICE_HELP, deviceCommand } from './commands/device';
import { DATASET_HELP, datasetCommand } from './commands/dataset';
import { MODEL_HELP, modelCommand } from './commands/model';
import { ONTOLOGY_HELP, ontologyCommand } from './commands/ontology';
import { PRETRAIN_HELP, pretrainCommand } from './commands/pretrain';
import { REPORT_HELP, reportCommand } from './commands/report';
import { ROWS_HELP, rowsCommand } from './commands/rows';
import { RUN_HELP, runCommand } from './commands/run';
import { SPEC_HELP, specCommand } from './commands/spec';
import { STATS_HELP, statsCommand } from './commands/stats';
import { STUDY_HELP, studyCommand } from './commands/study';
import { VERIFY_HELP, verifyCommand } from './commands/verify';
import { WORLD_HELP, worldCommand } from './commands/world';
import { processTerminal, type Terminal } from './terminal';

interface Command {
  help: string;
  about: string;
  /** Says more itself about each of its methods. */
  ownHelp?: boolean;
  run(argv: readonly string[], terminal: Terminal): Promise<number>;
}

const COMMANDS: Record<string, Command> = {
  run: { help: RUN_HELP, about: 'run SPEC --out DIR      run an experiment', run: runCommand },
  study: {
    help: STUDY_HELP,
    about: 'study STUDY --out DIR   an experiment over a grid and several seeds',
    run: studyCommand,
  },
  pretrain: {
    help: PRETRAIN_HELP,
    about:
      'pretrain CORPUS --model CONFIG --out DIR\n                          a model from nothing, on a corpus of known exposures',
    run: pretrainCommand,
  },
  bundle: { help: BUNDLE_HELP, about: 'bundle DIR --out ZIP    a run as one file to share', run: bundleCommand },
  verify: { help: VERIFY_HELP, about: 'verify BUNDLE_OR_DIR    run it again and compare', run: verifyCommand },
  report: {
    help: REPORT_HELP,
    about: 'report BUNDLE_OR_DIR    what a run found, as text or as a page',
    run: reportCommand,
  },
  rows: {
    help: ROWS_HELP,
    about: 'rows RUN… --event EVENT  times to an event as CSV, for any survival package',
    run: rowsCommand,
  },
  model: {
    help: MODEL_HELP,
    about: 'model inspect|logits|generate|export\n                          look at a model, ask it, write it as ONNX',
    run: modelCommand,
  },
  adapter: {
    help: ADAPTER_HELP,
    about:
      'adapter inspect|merge|compare\n                          what a LoRA adapter holds; work it into its model; several on the same facts',
    run: adapterCommand,
  },
  cache: {
    help: CACHE_COMMAND_HELP,
    about: 'cache list|delete       models fetched from the hub and from addresses',
    run: cacheCommand,
  },
  device: {
    help: DEVICE_HELP,
    about: 'device [--check]        the graphics adapter here; its kernels against their references',
    run: deviceCommand,
  },
  associations: {
    help: ASSOCIATIONS_HELP,
    about: 'associations FILE       true and false statements, and what frequencies alone predict',
    run: associationsCommand,
  },
  dataset: { help: DATASET_HELP, about: 'dataset SPEC            the pairs that a spec draws', run: datasetCommand },
  spec: {
    help: SPEC_HELP,
    about: 'spec diff|show|check|…  compare, read and check specs; presets, fields, migration',
    run: specCommand,
  },
  stats: { help: STATS_HELP, about: 'stats METHOD TABLE      statistics on any CSV', ownHelp: true, run: statsCommand },
  world: {
    help: WORLD_HELP,
    about: 'world WORLD --out DIR   a synthetic ontology and the corpus that states its facts',
    run: worldCommand,
  },
  ontology: {
    help: ONTOLOGY_HELP,
    about: 'ontology FILE           what an ontology, gene table, annotation or mapping file holds',
    run: ontologyCommand,
  },
};

/** Of errors that are not plain failures. */
const EXIT_STATUS: Partial<Record<LabErrorCode, number>> = { usage: 2, cancelled: 130 };

const HELP = `ontoscope: what a small language model knows of an ontology, and how it learns the rest

${Object.values(COMMANDS)
  .map(({ about }) => `  ${about}`)
  .join('\n')}

  --help, --version       ontoscope COMMAND --help says more
`;

/** @param argv arguments without the program's name; resolves with the exit status */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  const json = argv.includes('--json');
  try {
    return await dispatch(argv, terminal);
  } catch (thrown) {
    const error = toLabError(thrown);
    report(error, json, terminal);
    return EXIT_STATUS[error.code] ?? 1;
  }
}

async function dispatch(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined) throw usageError('No command given.');
  if (name === '--help' || name === '-h' || name === 'help') {
    terminal.out(HELP);
    return 0;
  }
  if (name === '--version') {
    terminal.out(ONTOSCOPE_VERSION);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]! : null;
  if (!command) throw usageError(`There is no command “${name}”.`);
  const asked = command.ownHelp ? rest.slice(0, 1) : rest;
  if (asked.includes('--help') || asked.includes('-h')) {
    terminal.out(command.help);
    return 0;
  }
  return command.run(rest, terminal);
}

function report(error: LabError, json: boolean, terminal: Terminal): void {
  terminal.log(`error ${error.code}: ${error.message}`);
  terminal.log(`  ${error.hint}`);
  if (error.code === 'internal' && error.cause instanceof Error && error.cause.stack) terminal.log(error.cause.stack);
  if (json) terminal.out(JSON.stringify({ error: error.serialize() }, null, 2));
}
