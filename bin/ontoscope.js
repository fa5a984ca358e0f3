#!/usr/bin/env node
/**
 * The `ontoscope` command: builds the CLI when its sources changed, runs it, and ends with its exit status.
 *
 * Promises: stdout carries the CLI's answer alone, and all of it, into a pipe as well; the process ends when the
 * answer is out, although the GPU library would keep it alive. Which Vulkan driver computes is the system's choice, or
 * that of VK_DRIVER_FILES and VK_ICD_FILENAMES, which are left as they are.
 */
import { pathToFileURL } from 'node:url';
import { cliModule } from './build-cli.js';

/** Resolves when everything written so far has left the process. @param {NodeJS.WriteStream} stream */
const drained = (stream) => new Promise((resolve) => stream.write('', resolve));

// A reader that has seen enough (`| head`) is no failure of ours, and no reason to leave a run half done.
process.stdout.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
  if (error.code !== 'EPIPE') throw error;
});

/** @returns {Promise<number>} */
async function run() {
  try {
    const { main } = await import(pathToFileURL(await cliModule()).href);
    return await main(process.argv.slice(2));
  } catch (error) {
    const isOurs = error instanceof Error && error.name === 'SetupError';
    process.stderr.write(`${error instanceof Error && !isOurs ? error.stack : error}\n`);
    return 1;
  }
}

const code = await run();
await Promise.all([drained(process.stdout), drained(process.stderr)]);
process.exit(code);
