/**
 * `npm start [-- arguments]`: the page, or with --headless the bundled experiment in this terminal.
 *
 * Promises: installs what is missing first, for --headless also a software Vulkan driver where no GPU can compute; what is
 * not said here is vite's or `ontoscope run`'s, so there is one page server and one runner. Only Node's own modules.
 * Must not know: how either works.
 */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { thisMachine } from './machine.js';
import { SetupError, setUp } from './setup.js';

const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const EXPERIMENT = 'public/models/primer/experiment.json';
/** Kept out of version control, so that the same command finds it again. */
const OUT = 'runs/primer';

export const HELP = `npm start                        the laboratory as a page in your browser
npm start -- --port 8080 …       arguments of vite: --port, --host, --open; npx vite --help has them all
npm start -- --headless          the bundled experiment in this terminal: what a small model knows of its world, before and
                                 after it learns; no browser. Its records are kept in ${OUT}
npm start -- --headless …        arguments of ontoscope run:
    --force                        begins anew
    --out DIR                      keeps the records in DIR
    --set a.b=value                another value of a field, such as train.epochs=4
    --preset NAME, --json, --quiet
npm start -- --help              this

Ctrl-C ends a headless experiment at the next safe point; the same command continues it, and shows its tables again once
it is done. What is missing on this machine is installed first.`;

/**
 * @typedef {{ kind: 'help' }
 *   | { kind: 'page', args: string[] }
 *   | { kind: 'headless', args: string[] }} Start
 */

/** @param {readonly string[]} argv @returns {Start} */
export function readArguments(argv) {
  if (argv.includes('--help') || argv.includes('-h')) return { kind: 'help' };
  if (!argv.includes('--headless')) return { kind: 'page', args: [...argv] };
  const own = argv.filter((each) => each !== '--headless');
  const has = (/** @type {string} */ name) => own.some((each) => each === name || each.startsWith(`${name}=`));
  return {
    kind: 'headless',
    args: [
      'run',
      EXPERIMENT,
      ...own,
      ...(has('--out') ? [] : ['--out', OUT]),
      ...(has('--force') || has('--resume') ? [] : ['--resume']),
    ],
  };
}

/**
 * Runs a program of ours in this process, as if it had been called: signals and terminal are its own.
 * @param {string} program
 * @param {string[]} args
 */
async function become(program, args) {
  process.chdir(REPOSITORY);
  process.argv = [process.execPath, program, ...args];
  await import(pathToFileURL(program).href);
}

/** @param {readonly string[]} argv */
async function start(argv) {
  const asked = readArguments(argv);
  if (asked.kind === 'help') {
    process.stdout.write(`${HELP}\n`);
    return;
  }
  setUp(thisMachine, { test: false, compute: asked.kind === 'headless' });
  const program = asked.kind === 'page' ? 'node_modules/vite/bin/vite.js' : 'bin/ontoscope.js';
  await become(path.join(REPOSITORY, program), asked.args);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await start(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    thisMachine.say(error.message);
    process.exitCode = 1;
  }
}
