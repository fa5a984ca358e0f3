/**
 * `node bin/test.js [stage …] [-- arguments for the runners]`: runs the stages, all of them by default.
 *
 * Promises: every stage runs, whatever failed before it; what ran beside another step is printed when it ends; the failures stand together before the last lines, which sum up the tests; exit 0 only when all passed.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { add, judge, NONE, readCounts, readFailures } from './counts.js';
import { groups, stages } from './stages.js';

const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
/** A driver that hangs must not hold the machine for ever. */
const STEP_LIMIT_MS = 30 * 60_000;

/** Steps at the same time: the project asks for two cores. */
const LANES = 2;

/**
 * The exit status, and what was printed where that is not shown at once.
 * @param {import('./stages.js').Step} step @param {string[]} extra @param {boolean} alone
 * @returns {Promise<{ code: number, output: Buffer }>}
 */
function execute(step, extra, alone) {
  const command = path.join(REPOSITORY, 'node_modules/.bin', step.tool);
  const child = spawn(command, [...step.args, ...extra], {
    cwd: REPOSITORY,
    stdio: alone ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...step.env },
    timeout: STEP_LIMIT_MS,
    shell: process.platform === 'win32',
  });
  /** @type {Buffer[]} */
  const parts = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => parts.push(part));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(parts) }));
  });
}

/** @param {import('./stages.js').Step} step @param {string[]} extra @param {boolean} alone */
async function runStep(step, extra, alone) {
  const report = step.counts && path.join(REPOSITORY, step.counts.file);
  if (report) {
    mkdirSync(path.dirname(report), { recursive: true });
    rmSync(report, { force: true });
  }
  console.log(`\n━━ ${step.title}${alone ? '' : ' begins'}`);
  const started = performance.now();
  const { code, output } = await execute(step, extra, alone);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const text = report && existsSync(report) ? readFileSync(report, 'utf8') : undefined;
  const { counts, fault } = judge({ code, counts: step.counts && readCounts(step.counts.kind, text) });
  total = add(total, counts);
  failed ||= fault !== undefined;
  for (const { title, message } of step.counts ? readFailures(step.counts.kind, text) : []) {
    failures.push(`✗ ${step.title}: ${title}\n${message}\n`);
  }
  lines.push(`${fault ? '✗' : '✓'} ${step.title.padEnd(20)} ${seconds.padStart(7)} s${fault ? `   ${fault}` : ''}`);
  if (!alone) console.log(`\n━━ ${step.title}\n${output.toString()}`);
  console.log(`━━ ${lines.at(-1)}`);
}

/** @param {readonly import('./stages.js').Step[]} group */
async function runGroup(group) {
  const waiting = [...group];
  const lane = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) await runStep(step, extra, group.length === 1);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
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
for (const group of groups(known.filter(({ name }) => names.length === 0 || names.includes(name))))
  await runGroup(group);
if (failures.length > 0) console.log(`\n${failures.join('\n')}`);
console.log(`\n${lines.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = failed ? 1 : 0;
