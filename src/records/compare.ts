/**
 * Two runs of one experiment, file by file: the same bytes, the same within a tolerance, or not the same, and where.
 *
 * Promises: only measured numbers (log-probabilities, losses, trained values) may deviate; an answer, a count or a hit
 * that differs is a difference. Must not know: who ran them, how the result is told.
 */
import { RUN_FILES } from './bundle';
import type { BundleFile } from './bundle-zip';
import { compareTensors } from './compare-tensors';
import { PROBE_FILES } from './probes';

/** `equal`: other bytes, but every measured number within the tolerance and everything else the same. */
export type Verdict = 'identical' | 'equal' | 'different';

export interface RunDifference {
  file: string;
  /** 1-based, in line formats. */
  line: number | null;
  /** Which record it is, in words; empty where the file is one record. */
  record: string;
  /** Dotted; empty where the whole file or record is missing on one side. */
  field: string;
  stored: unknown;
  again: unknown;
}

export interface RunComparison {
  verdict: Verdict;
  /** The first difference that decided the verdict; null for identical runs. */
  first: RunDifference | null;
  files: { path: string; verdict: Verdict }[];
}

/** Fields of trials and steps that are measured: they depend on the order in which a device adds. */
const MEASURED: Record<string, RegExp> = {
  [RUN_FILES.trials]: /^(log(Prob|Q)|tokenLogProbs\.\d+)$/,
  [RUN_FILES.steps]: /^(loss|crossEntropy|divergence|gradientNorm)$/,
  [PROBE_FILES.canaries]: /^logProb$/,
  [PROBE_FILES.language]: /^logProb$/,
  [PROBE_FILES.embeddings]: /^(matching|separation)\./,
};
const ORDER: readonly string[] = [RUN_FILES.facts, RUN_FILES.steps, RUN_FILES.trials];
/** Compared where either run has them: adapters, and what probes wrote. */
const isFurther = (path: string) => /^(adapters|embeddings)\//.test(path) || Object.values(PROBE_FILES).includes(path);

/**
 * Facts, steps, trials, adapters and what probes wrote of two runs.
 * @param tolerance a measured number may deviate by this much times the larger of 1 and its magnitude; a trained value
 * by this much times the largest magnitude in its tensor
 */
export function compareRuns(
  stored: readonly BundleFile[],
  again: readonly BundleFile[],
  tolerance: number,
): RunComparison {
  const sides = [stored, again].map((files) => new Map(files.map(({ path, bytes }) => [path, bytes])));
  const further = new Set([...stored, ...again].map(({ path }) => path).filter(isFurther));
  const results = [...ORDER, ...[...further].sort()].map((path) => {
    const [a, b] = sides.map((side) => side.get(path));
    return { path, ...compareFile(path, a, b, tolerance) };
  });
  const deciding = (['different', 'equal'] as const)
    .map((verdict) => results.find((result) => result.verdict === verdict))
    .find((result) => result !== undefined);
  return {
    verdict: deciding?.verdict ?? 'identical',
    first: deciding?.first ?? null,
    files: results.map(({ path, verdict }) => ({ path, verdict })),
  };
}

type FileComparison = Omit<RunComparison, 'files'>;

const IDENTICAL: FileComparison = { verdict: 'identical', first: null };

function compareFile(
  path: string,
  a: Uint8Array | undefined,
  b: Uint8Array | undefined,
  tolerance: number,
): FileComparison {
  const place = { file: path, line: null, record: '', field: '' };
  if (!a || !b) {
    if (!a && !b) return IDENTICAL;
    const there = (side: Uint8Array | undefined) => (side ? `a file of ${side.length} bytes` : 'no such file');
    return { verdict: 'different', first: { ...place, stored: there(a), again: there(b) } };
  }
  const byte = firstDifferentByte(a, b);
  if (byte === null) return IDENTICAL;
  if (path.endsWith('.jsonl')) return compareLines(path, a, b, tolerance);
  const tensors = path.endsWith('.safetensors') ? compareTensors(a, b, tolerance) : null;
  if (tensors) return { verdict: tensors.verdict, first: { ...place, ...tensors.first } };
  return { verdict: 'different', first: { ...place, field: `byte ${byte}`, stored: a[byte], again: b[byte] } };
}

function firstDifferentByte(a: Uint8Array, b: Uint8Array): number | null {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) if (a[at] !== b[at]) return at;
  return a.length === b.length ? null : shared;
}

function compareLines(file: string, a: Uint8Array, b: Uint8Array, tolerance: number): FileComparison {
  const [stored, again] = [a, b].map((bytes) => new TextDecoder().decode(bytes).split('\n')) as [string[], string[]];
  let within: RunDifference | null = null;
  for (let index = 0; index < Math.max(stored.length, again.length); index++) {
    const [left, right] = [stored[index] ?? '', again[index] ?? ''];
    if (left === right) continue;
    const place = { file, line: index + 1 };
    if (left === '' || right === '') {
      const there = (line: string) => (line === '' ? 'no such line' : 'a line');
      const first = { ...place, record: '', field: '', stored: there(left), again: there(right) };
      return { verdict: 'different', first };
    }
    const record = JSON.parse(left) as Record<string, unknown>;
    const found = compareValues(record, JSON.parse(right), (field) => (MEASURED[file]?.test(field) ? tolerance : 0));
    const first = (difference: ValueDifference) => ({ ...place, record: recordName(record), ...difference });
    if (found.beyond) return { verdict: 'different', first: first(found.beyond) };
    // A line that only spells the same values in another way counts as a deviation of nothing.
    within ??= first(found.within ?? { field: '', stored: left, again: right });
  }
  return { verdict: 'equal', first: within };
}

function recordName({ fact, epoch, template, direction, step }: Record<string, unknown>): string {
  if (fact === undefined && step !== undefined) return `${String(direction)}, step ${String(step)}`;
  return [fact, epoch === undefined ? null : `epoch ${String(epoch)}`, template].filter(Boolean).join(', ');
}

export interface ValueDifference {
  field: string;
  stored: unknown;
  again: unknown;
}

/** The first difference within what a field tolerates and the first beyond it. Lists and objects are walked. */
export function compareValues(
  stored: unknown,
  again: unknown,
  toleranceOf: (field: string) => number,
  field = '',
): { within: ValueDifference | null; beyond: ValueDifference | null } {
  const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (isTree(stored) && isTree(again) && Array.isArray(stored) === Array.isArray(again)) {
    let within: ValueDifference | null = null;
    for (const name of new Set([...Object.keys(stored), ...Object.keys(again)])) {
      const found = compareValues(stored[name], again[name], toleranceOf, field ? `${field}.${name}` : name);
      if (found.beyond) return { within, beyond: found.beyond };
      within ??= found.within;
    }
    return { within, beyond: null };
  }
  if (Object.is(stored, again)) return { within: null, beyond: null };
  const difference = { field, stored, again };
  const numbers = typeof stored === 'number' && typeof again === 'number';
  const near = numbers && Math.abs(stored - again) <= toleranceOf(field) * Math.max(1, Math.abs(stored));
  return near ? { within: difference, beyond: null } : { within: null, beyond: difference };
}
