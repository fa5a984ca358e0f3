/**
 * The build's last step: a service worker that knows every file of this build by its hash.
 *
 * Promises: what is listed is what lies in the build's folder, but the service worker itself and texts for people; equal builds
 * give equal versions. Must not know: what the files are for.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'vite';

const SCRIPT = 'service-worker.js';
const SOURCE = path.resolve(import.meta.dirname, '../../src/platform/offline/service-worker.ts');
/** Read by people or by other programs, never by the page. */
const NOT_OF_THE_PAGE = [/\.md$/, /\.csv$/, /^schemas\//, /\.map$/, new RegExp(`^${SCRIPT}$`)];

/** @param {string} folder @returns {Promise<{ version: string, files: { path: string, bytes: number, sha256: string }[] }>} */
export async function listBuild(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((name) => !NOT_OF_THE_PAGE.some((pattern) => pattern.test(name)))
    .sort();
  const files = await Promise.all(
    paths.map(async (name) => {
      const bytes = await readFile(path.join(folder, name));
      const sha256 = createHash('sha256').update(bytes).digest('base64');
      return { path: name === 'index.html' ? '' : name, bytes: bytes.length, sha256 };
    }),
  );
  const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  return { version, files };
}

/** One classic script: module service workers are not everywhere. @param {unknown} list @returns {Promise<string>} */
async function script(list) {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: { OFFLINE_FILES: JSON.stringify(list) },
    build: {
      target: 'es2023',
      write: false,
      modulePreload: false,
      rolldownOptions: { input: SOURCE, output: { format: 'iife' } },
    },
  });
  const { output } = /** @type {{ output: { type: string, code?: string }[] }} */ (
    Array.isArray(built) ? built[0] : built
  );
  const chunk = output.find(({ type }) => type === 'chunk');
  if (!chunk?.code) throw new Error('the service worker was not built');
  return chunk.code;
}

/** @returns {import('vite').Plugin} */
export function offline() {
  let folder = '';
  return {
    name: 'offline',
    apply: 'build',
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    closeBundle: {
      order: 'post',
      async handler() {
        await writeFile(path.join(folder, SCRIPT), await script(await listBuild(folder)));
      },
    },
  };
}
