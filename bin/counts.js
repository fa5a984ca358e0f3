/**
 * Reads how many tests a runner passed, failed and skipped from the JSON it wrote.
 *
 * Promises: no report, an unreadable one or one of another shape counts as no test at all, never as a pass.
 */

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @type {Counts} */
export const NONE = { passed: 0, failed: 0, skipped: 0 };

/**
 * @param {'vitest' | 'playwright'} kind
 * @param {string | undefined} text
 * @returns {Counts}
 */
export function readCounts(kind, text) {
  /** @type {any} */
  let report;
  try {
    report = JSON.parse(text ?? '');
  } catch {
    return NONE;
  }
  if (kind === 'vitest')
    return {
      passed: report?.numPassedTests ?? 0,
      failed: report?.numFailedTests ?? 0,
      skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
    };
  const stats = report?.stats;
  // A test that passed at a second try passed.
  return {
    passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0),
    failed: stats?.unexpected ?? 0,
    skipped: stats?.skipped ?? 0,
  };
}

/** @param {Counts} a @param {Counts} b @returns {Counts} */
export function add(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/**
 * What one step amounts to. A step that failed without a failing test (a crash, a lint error) counts as one failure,
 * so the last line never says "0 failed" of a failed run; a step that should run tests and ran none has failed.
 * @param {{ code: number, counts: Counts | undefined }} outcome  counts is undefined for a step that runs no tests
 * @returns {{ counts: Counts, fault: string | undefined }}
 */
export function judge({ code, counts }) {
  const found = counts ?? NONE;
  const ranNone = counts !== undefined && found.passed + found.failed === 0;
  const fault =
    code !== 0 ? `exit ${code}` : found.failed > 0 ? `${found.failed} failed` : ranNone ? 'no test ran' : undefined;
  return { counts: fault && found.failed === 0 ? { ...found, failed: 1 } : found, fault };
}
