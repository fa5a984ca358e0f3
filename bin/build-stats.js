/**
 * Builds the statistics as a module of their own, `ontoscope/stats`: dist/stats/index.js with its type declarations.
 *
 * Promises: the module needs no bundler, no DOM and nothing of the laboratory; the declarations resolve under every
 * module resolution of TypeScript. Must not know: any statistic.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const ENTRY = path.join(REPOSITORY, 'src/stats/index.ts');
/** Resolved where the module is installed, as its own dependencies. */
const EXTERNAL = [/^pako/, /^@noble\/hashes/, /^valibot/];

/** @param {string} folder where index.js and types/ go */
export async function buildStats(folder) {
  rmSync(folder, { recursive: true, force: true });
  await build({
    root: REPOSITORY,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      outDir: folder,
      target: 'es2022',
      minify: false,
      lib: { entry: ENTRY, formats: ['es'], fileName: () => 'index.js' },
      rollupOptions: { external: EXTERNAL },
    },
  });
  const types = path.join(folder, 'types');
  declare(types);
  for (const file of declarations(types)) writeFileSync(file, withExtensions(readFileSync(file, 'utf8'), file));
}

/** @param {string} types */
function declare(types) {
  const tsc = path.join(REPOSITORY, 'node_modules/typescript/bin/tsc');
  const options = [
    '--declaration',
    '--emitDeclarationOnly',
    '--skipLibCheck',
    '--strict',
    '--noUncheckedIndexedAccess',
  ];
  const target = ['--target', 'es2023', '--module', 'esnext', '--moduleResolution', 'bundler', '--types', 'node'];
  const places = ['--rootDir', path.join(REPOSITORY, 'src'), '--outDir', types, '--noEmit', 'false', '--ignoreConfig'];
  const { status, stdout } = spawnSync(process.execPath, [tsc, ENTRY, ...options, ...target, ...places], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The declarations of ontoscope/stats could not be made:\n${stdout}`);
}

/** @param {string} folder @returns {string[]} */
function declarations(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.d.ts'))
    .map((name) => path.join(folder, name));
}

/** Node's resolution wants whole file names. @param {string} text @param {string} file */
function withExtensions(text, file) {
  return text.replace(/(from\s+|import\()(['"])(\.[^'"]*)\2/g, (_, before, quote, target) => {
    const place = path.resolve(path.dirname(file), target);
    const whole = existsSync(`${place}.d.ts`) ? `${target}.js` : `${target.replace(/\/$/, '')}/index.js`;
    return `${before}${quote}${whole}${quote}`;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildStats(path.join(REPOSITORY, 'dist/stats'));
