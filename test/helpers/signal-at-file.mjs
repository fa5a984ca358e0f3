/**
 * Loaded before a program (`node --import`): sends the process a signal the moment a file was put in place, as asked by
 * the JSON in SIGNAL_AT: `{file, count, signal}`, the end of its path, which time, and what to send.
 *
 * Promises: the moment is a place in the program, not a time by the clock; it is said on stderr before the signal.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { file, count, signal } = JSON.parse(process.env.SIGNAL_AT ?? '{}');
const rename = fs.promises.rename;
let times = 0;

fs.promises.rename = async (from, to) => {
  await rename(from, to);
  if (!String(to).endsWith(file) || ++times !== count) return;
  fs.writeSync(2, `${signal} after ${file}\n`);
  process.kill(process.pid, signal);
};
syncBuiltinESMExports();
