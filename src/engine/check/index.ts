/**
 * “Check this device”: every kernel on the user’s own GPU against its f64 reference on small shapes, and a short training of a
 * whole decoder, twice. Drivers do return wrong numbers.
 *
 * Promises: each family is reported whether it holds or not; one that throws fails with what it said and the others go on,
 * but for a lost device or an abort, which are thrown. Must not know: pages, files.
 */
import { LabError, toLabError } from '../../core/errors';
import type { EngineDevice } from '../device';
import { activationCheck } from './families/activation';
import { attentionCheck } from './families/attention';
import { decodeCheck } from './families/decode';
import { doraCheck } from './families/dora';
import { headCheck } from './families/head';
import { linearCheck } from './families/linear';
import { normCheck } from './families/norm';
import { optimizerCheck } from './families/optimizer';
import { packedCheck } from './families/packed';
import { rowsCheck } from './families/rows';
import { trainingCheck } from './families/training';
import { weightsCheck } from './families/weights';
import { runTrial } from './trial';
import { held, type Comparison, type FamilyCheck } from './types';

export const FAMILY_CHECKS: readonly FamilyCheck[] = [
  linearCheck,
  packedCheck,
  normCheck,
  attentionCheck,
  activationCheck,
  rowsCheck,
  headCheck,
  weightsCheck,
  doraCheck,
  optimizerCheck,
  decodeCheck,
  trainingCheck,
];

export interface FamilyReport {
  name: string;
  title: string;
  /** Names of the kernels that were run alone; empty where a whole model was. */
  kernels: string[];
  comparisons: Comparison[];
  /** The comparison nearest to its tolerance, or furthest past it; null where nothing could be compared. */
  worst: Comparison | null;
  passed: boolean;
  /** Why it could not be run; null where it was. */
  problem: string | null;
  elapsedMs: number;
}

export interface CheckOptions {
  nowMs: () => number;
  signal?: AbortSignal;
  onFamily?: (report: FamilyReport, done: number, total: number) => void;
}

/** Throws `cancelled` on abort, `device-lost` where the device goes. */
export async function checkDevice(device: EngineDevice, o: CheckOptions): Promise<FamilyReport[]> {
  const reports: FamilyReport[] = [];
  for (const check of FAMILY_CHECKS) {
    if (o.signal?.aborted) throw new LabError('cancelled', 'The check was stopped.', { hint: 'Start it again.' });
    const report = await checkFamily(device, check, o.nowMs);
    reports.push(report);
    o.onFamily?.(report, reports.length, FAMILY_CHECKS.length);
  }
  return reports;
}

async function checkFamily(device: EngineDevice, check: FamilyCheck, nowMs: () => number): Promise<FamilyReport> {
  const startedMs = nowMs();
  const kernels = new Set<string>();
  let comparisons: Comparison[] = [];
  let problem: string | null = null;
  try {
    comparisons = await check.run(
      (record) => runTrial(device, record, (names) => names.forEach((name) => kernels.add(name))),
      device,
    );
  } catch (thrown) {
    const error = toLabError(await device.explain(thrown));
    if (error.code === 'device-lost' || error.code === 'cancelled') throw error;
    problem = error.message;
  }
  return {
    ...{ name: check.name, title: check.title, kernels: [...kernels].sort(), comparisons, problem },
    worst: worstOf(comparisons),
    passed: problem === null && comparisons.length > 0 && comparisons.every(held),
    elapsedMs: nowMs() - startedMs,
  };
}

function worstOf(comparisons: readonly Comparison[]): Comparison | null {
  const failed = comparisons.filter((each) => !held(each));
  const strain = ({ error, tolerance }: Comparison) => (tolerance > 0 ? error / tolerance : error);
  return [...(failed.length > 0 ? failed : comparisons)].sort((a, b) => strain(b) - strain(a))[0] ?? null;
}
