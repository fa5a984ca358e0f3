/** How the test command counts: nothing that failed, crashed or never ran may read as a pass. */
import { describe, expect, it } from 'vitest';
import { add, judge, readCounts, readFailures } from '../../../bin/counts.js';
import { groups, stages } from '../../../bin/stages.js';

describe('counts of a runner', () => {
  it('are read from vitest', () => {
    const report = { numTotalTests: 10, numPassedTests: 5, numFailedTests: 2, numPendingTests: 2, numTodoTests: 1 };
    expect(readCounts('vitest', JSON.stringify(report))).toEqual({ passed: 5, failed: 2, skipped: 3 });
  });
  it('are read from Playwright, where a second try counts', () => {
    const report = { stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 } };
    expect(readCounts('playwright', JSON.stringify(report))).toEqual({ passed: 5, failed: 1, skipped: 2 });
  });
  it.each([undefined, '', '{', 'null', '{}'])('are zero for the report %j', (text) => {
    expect(readCounts('vitest', text)).toEqual({ passed: 0, failed: 0, skipped: 0 });
    expect(readCounts('playwright', text)).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });
  it('add up', () => {
    expect(add({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 })).toEqual({
      passed: 11,
      failed: 22,
      skipped: 33,
    });
  });
});

describe('failures of a runner', () => {
  it('are read from vitest, with a file that could not be loaded', () => {
    const tests = [
      {
        status: 'failed',
        fullName: 'a thing works',
        failureMessages: ['\u001b[31mAssertionError\u001b[0m: 2 is not 1\n\n    at x'],
      },
      { status: 'passed', fullName: 'another works', failureMessages: [] },
    ];
    const report = {
      testResults: [
        { name: 'a.test.ts', status: 'failed', message: '', assertionResults: tests },
        { name: 'b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
        { name: 'c.test.ts', status: 'passed', message: '', assertionResults: [] },
      ],
    };
    expect(readFailures('vitest', JSON.stringify(report))).toEqual([
      { title: 'a.test.ts › a thing works', message: 'AssertionError: 2 is not 1\n    at x' },
      { title: 'b.test.ts', message: 'no such module' },
    ]);
  });
  it('are read from Playwright, through its nested suites', () => {
    const results = [{ error: { message: Array.from({ length: 40 }, (_, i) => `line ${i}`).join('\n') } }];
    const spec = { ok: false, title: 'it opens', file: 'a.spec.ts', line: 7, tests: [{ results }] };
    const report = { suites: [{ specs: [{ ...spec, ok: true }], suites: [{ specs: [spec] }] }] };
    const [failure, ...more] = readFailures('playwright', JSON.stringify(report));
    expect(more).toEqual([]);
    expect(failure!.title).toBe('a.spec.ts:7 › it opens');
    expect(failure!.message.split('\n')).toHaveLength(12);
  });
  it.each([undefined, '', '{', 'null', '{}'])('are none for the report %j', (text) => {
    expect(readFailures('vitest', text)).toEqual([]);
    expect(readFailures('playwright', text)).toEqual([]);
  });
});

describe('a step', () => {
  const counts = { passed: 3, failed: 0, skipped: 1 };
  it('passes when its tests ran and none failed', () => {
    expect(judge({ code: 0, counts })).toEqual({ counts, fault: undefined });
  });
  it('passes without tests when it is not there to run any', () => {
    expect(judge({ code: 0, counts: undefined }).fault).toBeUndefined();
  });
  it('fails when it ran no test, or skipped all', () => {
    expect(judge({ code: 0, counts: { passed: 0, failed: 0, skipped: 0 } }).fault).toBe('no test ran');
    expect(judge({ code: 0, counts: { passed: 0, failed: 0, skipped: 8 } }).fault).toBe('no test ran');
  });
  it('fails by its exit status, and counts as a failure even when no single test failed', () => {
    expect(judge({ code: 1, counts })).toEqual({ counts: { ...counts, failed: 1 }, fault: 'exit 1' });
    expect(judge({ code: 2, counts: undefined }).counts.failed).toBe(1);
  });
  it('fails by its counts, whatever it exits with', () => {
    expect(judge({ code: 0, counts: { ...counts, failed: 2 } })).toEqual({
      counts: { ...counts, failed: 2 },
      fault: '2 failed',
    });
  });
});

describe('the stages', () => {
  it('run the gpu tests on both software drivers, and nothing but the checks goes uncounted', () => {
    const all = stages();
    expect(all.map((stage) => stage.name)).toEqual(
      'format lint types layers unit gpu terminal runs component e2e'.split(' '),
    );
    const drivers = all.find((stage) => stage.name === 'gpu')!.steps.map((step) => step.env?.VK_DRIVER_FILES);
    expect(new Set(drivers).size).toBe(2);
    for (const stage of all.slice(4)) for (const step of stage.steps) expect(step.counts).toBeDefined();
    const reports = all.flatMap((stage) => stage.steps).flatMap((step) => step.counts?.file ?? []);
    expect(new Set(reports).size).toBe(reports.length);
  });
});

describe('steps that run at the same time', () => {
  it('are the checks of sources and the tests with an adapter; a runner that takes all cores stands alone', () => {
    const together = groups(stages());
    expect(together.flat()).toEqual(stages().flatMap(({ steps }) => steps));
    expect(together.filter(({ length }) => length > 1).map((group) => group.map(({ title }) => title))).toEqual([
      ['format', 'lint', 'types', 'types of components', 'layers'],
      ['gpu on SwiftShader', 'gpu on llvmpipe', 'terminal on llvmpipe', 'runs on llvmpipe'],
    ]);
  });
  it('are not brought together over another between them', () => {
    const [first, second, alone] = ['a', 'b', 'c'].map((title) => ({ title, tool: title, args: [], beside: 'x' }));
    const { beside: _beside, ...between } = alone!;
    const steps = [first!, between, second!];
    expect(groups([{ name: 'all', steps }])).toEqual(steps.map((step) => [step]));
  });
});
