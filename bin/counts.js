/**
 * Reads how many tests a runner passed, failed and skipped, and which failed, from the JSON it wrote.
 *
 * Promises: no report, an unreadable one or one of another shape counts as no test at all, never as a pass.
 */
import { stripVTControlCharacters } from 'node:util';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @type {Counts} */
export const NONE = { passed: 0, failed: 0, skipped: 0 };

/**
 * @param {'vitest' | 'playwright'} kind
 * @param {string | undefined} text
 * @returns {Counts}
 */
export function readCounts(kind, text) {
  const report = parsed(text);
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

/** Lines of a failure's own words that are repeated: the first say what was expected, the rest is a stack. */
const MESSAGE_LINES = 12;

/**
 * The tests that failed, each with the beginning of what it said, for the end of the output: a log that is cut is cut
 * before its end.
 * @param {'vitest' | 'playwright'} kind
 * @param {string | undefined} text
 * @returns {{ title: string, message: string }[]}
 */
export function readFailures(kind, text) {
  const report = parsed(text);
  /** @type {{ title: string, message: string }[]} */
  const failures = kind === 'vitest' ? vitestFailures(report) : (report?.suites ?? []).flatMap(playwrightFailures);
  return failures.map(({ title, message }) => ({ title, message: beginning(message) }));
}

/** @param {any} report @returns {{ title: string, message: string }[]} */
function vitestFailures(report) {
  return (report?.testResults ?? []).flatMap((/** @type {any} */ file) => {
    const failed = (file.assertionResults ?? []).filter((/** @type {any} */ test) => test.status === 'failed');
    // A file that could not be loaded has a message and no tests.
    if (failed.length === 0) return file.status === 'failed' ? [{ title: file.name, message: file.message ?? '' }] : [];
    return failed.map((/** @type {any} */ test) => ({
      title: `${file.name} › ${test.fullName}`,
      message: (test.failureMessages ?? []).join('\n'),
    }));
  });
}

/** @param {any} suite @returns {{ title: string, message: string }[]} */
function playwrightFailures(suite) {
  const own = (suite.specs ?? [])
    .filter((/** @type {any} */ spec) => !spec.ok)
    .map((/** @type {any} */ spec) => ({
      title: `${spec.file}:${spec.line} › ${spec.title}`,
      message: (spec.tests ?? [])
        .flatMap((/** @type {any} */ test) => test.results ?? [])
        .map((/** @type {any} */ result) => result.error?.message ?? '')
        .join('\n'),
    }));
  return [...own, ...(suite.suites ?? []).flatMap(playwrightFailures)];
}

/** @param {string} message */
function beginning(message) {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.slice(0, MESSAGE_LINES).join('\n');
}

/** Null for what is no JSON. @param {string | undefined} text @returns {any} */
function parsed(text) {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null;
  }
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
