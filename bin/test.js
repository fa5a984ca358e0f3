/**
 * `node bin/test.js [stage …] [-- arguments for the runners]`: runs the stages, all of them by default.
 *
 * Promises: every stage runs, whatever failed before it; the failures stand together before the last lines, which sum up the tests; exit 0 only when all passed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { add, judge, NONE, readCounts, readFailures } from './counts.js';
import { stages } from './stages.js';

const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
/** A driver that hangs must not hold the machine for ever. */
const STEP_LIMIT_MS = 30 * 60_000;

/** @param {import('./stages.js').Step} step @param {string[]} extra */
function runStep(step, extra) {
  const report = step.counts && path.join(REPOSITORY, step.counts.file);
  if (report) {
    mkdirSync(path.dirname(report), { recursive: true });
    rmSync(report, { force: true });
  }
  const command = path.join(REPOSITORY, 'node_modules/.bin', step.tool);
  const done = spawnSync(command, [...step.args, ...extra], {
    cwd: REPOSITORY,
    stdio: 'inherit',
    env: { ...process.env, ...step.env },
    timeout: STEP_LIMIT_MS,
    shell: process.platform === 'win32',
  });
  const text = report && existsSync(report) ? readFileSync(report, 'utf8') : undefined;
  return {
    ...judge({ code: done.status ?? 1, counts: step.counts && readCounts(step.counts.kind, text) }),
    failures: step.counts ? readFailures(step.counts.kind, text) : [],
  };
}

const separator = process.argv.indexOf('--');
const names = process.argv.slice(2, separator < 0 ? undefined : separator);
const extra = separator < 0 ? [] : process.argv.slice(separator + 1);
const known = stages();
const strange = names.find((name) => known.every((stage) => stage.name !== name));
if (strange) {
  console.error(`There is no stage "${strange}": choose from ${known.map((stage) => stage.name).join(', ')}.`);
  process.exit(2);
}

let total = NONE;
/** @type {string[]} */
const lines = [];
/** @type {string[]} */
const failures = [];
let failed = false;
for (const stage of known.filter((each) => names.length === 0 || names.includes(each.name))) {
  for (const step of stage.steps) {
    console.log(`\n━━ ${step.title}`);
    const started = performance.now();
    const { counts, fault, failures: found } = runStep(step, extra);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    total = add(total, counts);
    failed ||= fault !== undefined;
    for (const { title, message } of found) failures.push(`✗ ${step.title}: ${title}\n${message}\n`);
    lines.push(`${fault ? '✗' : '✓'} ${step.title.padEnd(20)} ${seconds.padStart(7)} s${fault ? `   ${fault}` : ''}`);
    console.log(`━━ ${lines.at(-1)}`);
  }
}
if (failures.length > 0) console.log(`\n${failures.join('\n')}`);
console.log(`\n${lines.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = failed ? 1 : 0;
