/**
 * `npm run soak [-- --times N --seed S --part kill|device]`: interrupts a small run at random moments, continues it, and holds
 * the end against an undisturbed run: the same bytes, and no more steps repeated than since the last checkpoint.
 *
 * Promises: the moments follow from the seed, which is printed; steps are counted where the engine is called, in every process.
 * The last line of stdout is one JSON document; exit 0 only where every resume was good.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PhiloxSequence } from '../../src/core/philox';
import { prepareSoaked, runSoaked, STEP_LETTER } from './soaked-run';

const CHILD = 'one-run';
const MOMENTS_STREAM = 211;
/** A process that says nothing for so long hangs. */
const SILENCE_MS = 180_000;
const FILES = [
  'trials.jsonl',
  'steps.jsonl',
  'facts.jsonl',
  'summary.json',
  'adapters/term-to-id/adapter_model.safetensors',
  'adapters/id-to-term/adapter_model.safetensors',
];

const say = (text: string) => void process.stderr.write(`${text}\n`);
const answer = (text: string) => void process.stdout.write(`${text}\n`);

interface Outcome {
  part: string;
  /** Call to the engine at which it was interrupted, of how many. */
  call: number;
  calls: number;
  repeatedSteps: number;
  /** Files that differ from the undisturbed run's. */
  differing: string[];
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      times: { type: 'string', default: '20' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      part: { type: 'string', default: 'kill,device' },
    },
  });
  const times = Number(values.times);
  const draws = new PhiloxSequence(Number(values.seed), MOMENTS_STREAM);
  const folder = await mkdtemp(path.join(tmpdir(), 'ontoscope-soak-'));
  say(`soak: ${times} of each of ${values.part}, seed ${values.seed}, in ${folder}`);
  const whole = path.join(folder, 'whole');
  await finish(start(whole));
  const log = await logOf(whole);
  const planned = (await prepareSoaked()).plannedSteps;
  if (stepsIn(log) !== planned) throw new Error(`${stepsIn(log)} steps were computed, ${planned} are planned`);
  const outcomes: Outcome[] = [];
  for (const part of values.part.split(',')) {
    for (let time = 1; time <= times; time++) {
      const call = 1 + Math.floor(draws.nextUnit() * log.length);
      // Somewhere within the call, or shortly after it.
      const delayMs = Math.floor(draws.nextUnit() * 30);
      const place = path.join(folder, `${part}-${time}`);
      if (part === 'kill') await killAndResume(place, call, delayMs);
      else await loseDevice(place, call, delayMs);
      const repeatedSteps = stepsIn(await logOf(place)) - planned;
      const outcome = { part, call, calls: log.length, repeatedSteps, differing: await differences(whole, place) };
      outcomes.push(outcome);
      const verdict = outcome.differing.length === 0 ? 'same bytes' : `DIFFERENT: ${outcome.differing.join(', ')}`;
      say(`${part} ${time}: at call ${call} of ${log.length}, ${repeatedSteps} steps repeated, ${verdict}`);
    }
  }
  const bad = outcomes.filter(({ differing, repeatedSteps }) => differing.length > 0 || repeatedSteps > 1);
  const most = Math.max(0, ...outcomes.map(({ repeatedSteps }) => repeatedSteps));
  say(`soak: ${outcomes.length} interruptions, ${bad.length} bad, at most ${most} steps repeated`);
  answer(JSON.stringify({ seed: Number(values.seed), plannedSteps: planned, mostRepeated: most, outcomes }));
  if (bad.length === 0) await rm(folder, { recursive: true, force: true });
  return bad.length === 0 ? 0 : 1;
}

/** This very file in a process of its own, running into a folder. */
function start(place: string): ChildProcess {
  return spawn(process.execPath, [fileURLToPath(import.meta.url), '', CHILD, place], { stdio: 'inherit' });
}

function finish(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(late);
      if (code === 0) resolve();
      else reject(new Error(`a run ended with status ${code}`));
    });
  });
}

async function killAndResume(place: string, call: number, delayMs: number): Promise<void> {
  const child = start(place);
  const dead = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const since = Date.now();
  while (child.exitCode === null && callsSoFar(place) < call && Date.now() - since < SILENCE_MS) await wait(1);
  await wait(delayMs);
  child.kill('SIGKILL');
  await dead;
  await finish(start(place));
}

/** In this process: the run itself asks for a new device. */
async function loseDevice(place: string, call: number, delayMs: number): Promise<void> {
  const log = openSync(`${place}.log`, 'a');
  try {
    const { devices } = await runSoaked(place, {
      log,
      onCall: (at, device) => {
        if (at === call) setTimeout(() => device.destroy(), delayMs);
      },
    });
    if (devices > 2) throw new Error(`one device was destroyed, ${devices} were opened`);
  } finally {
    closeSync(log);
  }
}

function callsSoFar(place: string): number {
  return statSync(`${place}.log`, { throwIfNoEntry: false })?.size ?? 0;
}

const logOf = (place: string) => readFile(`${place}.log`, 'utf8');
const stepsIn = (log: string) => log.split(STEP_LETTER).length - 1;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function differences(whole: string, place: string): Promise<string[]> {
  const differing: string[] = [];
  for (const file of FILES) {
    const [a, b] = await Promise.all([whole, place].map((folder) => readFile(path.join(folder, file))));
    if (!a!.equals(b!)) differing.push(file);
  }
  return differing;
}

if (process.argv[3] === CHILD) {
  const place = process.argv[4]!;
  await runSoaked(place, { log: openSync(`${place}.log`, 'a') });
  process.exit(0);
}
process.exit(await main());
