/**
 * `node bench/run.js [ENTRY]`: builds a bench or a study from TypeScript and shaders, and runs it. Without an entry
 * `npm run bench`: training steps on Node's own GPU, or the driver that VK_DRIVER_FILES names.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
// Inside the repository, so that the build finds its packages.
const folder = mkdtempSync(path.join(repository, 'node_modules', '.bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
await build({
  root: repository,
  configFile: false,
  publicDir: false,
  logLevel: 'error',
  build: {
    ssr: process.argv[2] ?? 'bench/step.ts',
    target: 'node20',
    outDir: folder,
    rolldownOptions: { output: { entryFileNames: 'entry.mjs', codeSplitting: false } },
  },
});
await import(pathToFileURL(path.join(folder, 'entry.mjs')).href);
