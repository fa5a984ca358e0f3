/**
 * Builds the CLI from its TypeScript and shaders, once per content.
 *
 * Promises: the build lies in dist/cli/<hash of what it is made from>, is put there whole in one rename, and is made
 * again only when that content changed; several processes may ask at once. Says a line on stderr only when it builds.
 * Must not know: what the CLI does.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const BUILDS = path.join(REPOSITORY, 'dist/cli');
/** Where a packed release carries its build, there being no sources to build from. */
const PACKED = path.join(BUILDS, 'packed/main.js');
/** What the build is made from. The page's own folders are not among it. */
const INPUTS = ['src', 'shaders', 'public/presets', 'vite.cli.config.ts', 'package-lock.json'];
const NOT_INPUTS = new Set(['ui', 'app', 'platform', 'worker'].map((layer) => path.join('src', layer)));

/** @param {string} relative @returns {string[]} files below it, sorted; itself when it is one */
function filesOf(relative) {
  if (NOT_INPUTS.has(relative)) return [];
  const absolute = path.join(REPOSITORY, relative);
  if (!statSync(absolute).isDirectory()) return [relative];
  return readdirSync(absolute)
    .sort()
    .flatMap((name) => filesOf(path.join(relative, name)));
}

function contentHash() {
  const hash = createHash('sha256');
  for (const file of INPUTS.flatMap(filesOf)) {
    const content = readFileSync(path.join(REPOSITORY, file));
    hash.update(`${file}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

/** @param {string} folder */
async function buildInto(folder) {
  const { thisMachine } = await import('./machine.js');
  const { setUp } = await import('./setup.js');
  setUp(thisMachine, { test: false });
  const { build } = await import('vite');
  // Vite reports on stdout, which belongs to the CLI's answer: only errors pass, on stderr.
  await build({
    root: REPOSITORY,
    configFile: path.join(REPOSITORY, 'vite.cli.config.ts'),
    logLevel: 'error',
    build: { outDir: folder },
  });
}

/** @returns {Promise<string>} path of the CLI's module, built if need be */
export async function cliModule() {
  if (!existsSync(path.join(REPOSITORY, 'src/cli'))) return PACKED;
  const name = contentHash();
  const finished = path.join(BUILDS, name);
  const module = path.join(finished, 'main.js');
  if (existsSync(module)) return module;
  process.stderr.write('Building the command line tool (once per change of its sources).\n');
  const draft = path.join(REPOSITORY, 'dist', `.cli-${name}-${process.pid}`);
  try {
    await buildInto(draft);
    // The build is one file, loaded at once, so older builds may go even while they run.
    if (existsSync(BUILDS))
      for (const old of readdirSync(BUILDS))
        if (old !== name) rmSync(path.join(BUILDS, old), { recursive: true, force: true });
    if (!existsSync(module)) place(draft, finished);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return module;
}

/** @param {string} draft @param {string} finished */
function place(draft, finished) {
  mkdirSync(BUILDS, { recursive: true });
  try {
    renameSync(draft, finished);
  } catch (error) {
    // Another process was faster, with the same content.
    if (!existsSync(path.join(finished, 'main.js'))) throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildInto(path.dirname(PACKED));
