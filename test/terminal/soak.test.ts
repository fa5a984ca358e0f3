/** Three runs that are killed and three that lose their device: the short form of `npm run soak`. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { testGpu } from '../helpers/gpu';

const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

interface Soak {
  plannedSteps: number;
  mostRepeated: number;
  outcomes: { part: string; call: number; repeatedSteps: number; differing: string[] }[];
}

function soak(...args: string[]): Promise<{ code: number | null; report: Soak }> {
  testGpu(); // Names the driver in the environment that the process inherits.
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['bench/run.js', 'test/soak/soak.ts', ...args], { cwd: REPOSITORY });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      try {
        resolve({ code, report: JSON.parse(stdout.trim().split('\n').at(-1)!) as Soak });
      } catch {
        reject(new Error(`no report; the soak said: ${stderr}`));
      }
    });
  });
}

it('a killed process and a lost device repeat at most the step since the last checkpoint, to the same bytes', async () => {
  const { code, report } = await soak('--times', '3', '--seed', '11');
  expect(report.outcomes.map(({ part }) => part)).toEqual(['kill', 'kill', 'kill', 'device', 'device', 'device']);
  expect(new Set(report.outcomes.map(({ call }) => call)).size).toBeGreaterThan(3);
  expect(report.outcomes.flatMap(({ differing }) => differing)).toEqual([]);
  expect(report.mostRepeated).toBeLessThanOrEqual(1);
  expect(code).toBe(0);
}, 240_000);
