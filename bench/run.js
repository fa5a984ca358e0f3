/** `npm run bench`: builds the bench from TypeScript and shaders, and runs it. Node's own GPU, or the driver that VK_DRIVER_FILES names. */
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
    ssr: 'bench/step.ts',
    target: 'node20',
    outDir: folder,
    rolldownOptions: { output: { entryFileNames: 'step.mjs', codeSplitting: false } },
  },
});
await import(pathToFileURL(path.join(folder, 'step.mjs')).href);
