/**
 * `npm run bench:stats`: how fast the Cox model is, beside R's survival in the same run where R is at hand.
 *
 * Promises: the same data for both, interleaved; medians; our fits run in a worker thread, as in the page. Writes nothing.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { PhiloxSequence } from '../src/core/philox';
import { bootstrap, coxFit } from '../src/stats';
import { exponential, normal, simulateStudy } from '../test/science/simulate';

const ROUNDS = 5;
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const timed = (work: () => void) => {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
};

const draws = new PhiloxSequence(5, 1);
const [n, p] = [100_000, 10];
const x = Float64Array.from({ length: n * p }, () => normal(draws));
const time = Float64Array.from({ length: n }, (_, i) =>
  exponential(draws, Math.exp(0.5 * x[i * p]! - 0.2 * x[i * p + 1]!)),
);
const event = Uint8Array.from({ length: n }, () => (draws.nextUnit() < 0.7 ? 1 : 0));
const names = Array.from({ length: p }, (_, j) => `x${j}`);

const study = simulateStudy(
  { facts: 800, epochs: 20, latentShare: 0.25, hazardRatio: 2.6, baselineHazard: 1.6 },
  draws,
);
const covariates = Float64Array.from({ length: 800 * 4 }, (_, at) =>
  at % 4 === 0 ? study.latent[at / 4]! : normal(draws),
);
const refit = (rows: Int32Array) => {
  const chosen = new Float64Array(rows.length * 4);
  rows.forEach((row, i) => chosen.set(covariates.subarray(row * 4, row * 4 + 4), i * 4));
  const pick = (values: readonly number[]) => Array.from(rows, (row) => values[row]!);
  return coxFit({ time: pick(study.time), event: pick(study.event), x: chosen, names: ['latent', 'a', 'b', 'c'] })
    .terms[0]!.beta!;
};
const WORKS = {
  large: () => void coxFit({ time, event, x, names }),
  resampled: () => void bootstrap(800, refit, { seed: 1, replicates: 1000, interval: 'percentile' }),
};
type Work = keyof typeof WORKS;

/** Seconds of one piece of work in a fresh worker, its data made and its code warm. */
const timedInWorker = (work: Work) =>
  new Promise<number>((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: work });
    worker.once('message', (seconds: number) => resolve(seconds));
    worker.once('error', reject);
  });
if (!isMainThread) {
  const work = workerData as Work;
  coxFit({ time: time.slice(0, 2000), event: event.slice(0, 2000), x: x.slice(0, 2000 * p), names });
  parentPort!.postMessage(timed(WORKS[work]));
} else {
  await main();
}

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ontoscope-bench-'));
  const table = (header: string[], rows: number, cell: (row: number) => readonly number[]) =>
    `${header.join(',')}\n${Array.from({ length: rows }, (_, i) => cell(i).join(',')).join('\n')}\n`;
  writeFileSync(
    path.join(folder, 'large.csv'),
    table(['time', 'event', ...names], n, (i) => [time[i]!, event[i]!, ...x.subarray(i * p, (i + 1) * p)]),
  );
  writeFileSync(
    path.join(folder, 'study.csv'),
    table(['time', 'event', 'latent', 'a', 'b', 'c'], 800, (i) => [
      study.time[i]!,
      study.event[i]!,
      ...covariates.subarray(i * 4, i * 4 + 4),
    ]),
  );
  const script = (work: string) => `
  suppressMessages(library(survival)); setwd("${folder}")
  large <- read.csv("large.csv"); study <- read.csv("study.csv"); set.seed(1)
  cat(system.time({ ${work} })[["elapsed"]])`;
  const R = {
    large: 'coxph(Surv(time, event) ~ ., data = large)',
    resampled: 'for (i in 1:1000) coxph(Surv(time, event) ~ ., data = study[sample.int(800, 800, TRUE), ])',
  };
  const inR = (work: string): number | null => {
    const { status, stdout } = spawnSync('Rscript', ['-e', script(work)], { encoding: 'utf8' });
    return status === 0 ? Number(stdout) : null;
  };

  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`);
  for (const [name, work, inRscript, rounds] of [
    ['Cox, 100,000 rows × 10 covariates', 'large', R.large, ROUNDS],
    ['1,000 bootstrap fits, 800 rows × 4 covariates', 'resampled', R.resampled, 3],
  ] as const) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await timedInWorker(work));
      const seconds = inR(inRscript);
      if (seconds !== null) theirs.push(seconds);
    }
    const beside =
      theirs.length === 0
        ? 'R is not at hand'
        : `R’s coxph ${median(theirs).toFixed(2)} s, ratio ${(median(ours) / median(theirs)).toFixed(2)}`;
    console.log(`${name}: ${median(ours).toFixed(2)} s; ${beside} (medians of ${rounds})`);
  }
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}
