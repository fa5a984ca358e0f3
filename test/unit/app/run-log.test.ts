import { describe, expect, it } from 'vitest';
import { PACE_SAMPLES, paceOf, withSample, type PaceSample } from '../../../src/app/pace';
import { entriesOf, LOG_ENTRIES, logCsv, withEntry, type LogEntry } from '../../../src/app/run-log';
import { changeSince } from '../../../src/app/step-change';
import { step, trial } from '../records/build';

describe('the log of a run', () => {
  it('keeps the latest lines, in order, and can be narrowed to a kind', () => {
    let log: LogEntry[] = [];
    for (let i = 0; i < LOG_ENTRIES + 30; i++) {
      log = withEntry(log, { atMs: i, kind: i % 2 === 0 ? 'phase' : 'checkpoint', text: `line ${i}` });
    }
    expect(log).toHaveLength(LOG_ENTRIES);
    expect([log[0]!.text, log.at(-1)!.text]).toEqual(['line 30', `line ${LOG_ENTRIES + 29}`]);
    expect(new Set(log.map(({ id }) => id)).size).toBe(LOG_ENTRIES);
    expect(entriesOf(log, 'checkpoint').every(({ kind }) => kind === 'checkpoint')).toBe(true);
    expect(entriesOf(log, 'all')).toEqual(log);
  });

  it('is a table whose hostile texts stay one cell', () => {
    const log = withEntry([], { atMs: Date.UTC(2026, 0, 2, 3, 4, 5), kind: 'trouble', text: 'a, "b"\nc' });
    expect(logCsv(log)).toBe('time,kind,event\r\n2026-01-02T03:04:05.000Z,trouble,"a, ""b""\nc"\r\n');
  });
});

describe('the pace of a run', () => {
  it('is told over the last seconds, and not at all while nothing is trained', () => {
    const samples: PaceSample[] = [
      { elapsedMs: 0, steps: 0, training: false },
      { elapsedMs: 1000, steps: 0, training: true },
      { elapsedMs: 2000, steps: 8, training: true },
      { elapsedMs: 4000, steps: 16, training: true },
      { elapsedMs: 7000, steps: 16, training: false },
    ];
    expect(paceOf(samples).map(({ perSecond }) => perSecond)).toEqual([null, 0, 4, 4, null]);
  });

  it('keeps samples of the whole run, however long it takes', () => {
    let samples: PaceSample[] = [];
    for (let i = 0; i < 5000; i++) samples = withSample(samples, { elapsedMs: i * 250, steps: i, training: true });
    expect(samples.length).toBeLessThanOrEqual(PACE_SAMPLES);
    expect(samples[0]!.elapsedMs).toBe(0);
    expect(samples.at(-1)!.elapsedMs).toBe(4999 * 250);
  });
});

describe('what a single step changed', () => {
  it('is the step with the one before it in its direction', () => {
    const steps = [step({ loss: 3 }), step({ direction: 'id-to-term', loss: 9 }), step({ step: 2, loss: 2 })];
    const change = changeSince({ steps: 2, trials: 0 }, steps, []);
    expect(change.steps.map(({ loss }) => loss)).toEqual([2]);
    expect(change.before!.loss).toBe(3);
  });

  it('is which facts turned since they were last asked under that template', () => {
    const before = [
      trial({ identifier: 'A:1' }),
      trial({ identifier: 'A:1', template: 'trained', answerHit: true }),
      trial({ identifier: 'A:2', answerHit: true }),
    ];
    const now = [
      trial({ identifier: 'A:1', epoch: 1, answerHit: true }),
      trial({ identifier: 'A:2', epoch: 1, answerHit: true }),
      trial({ identifier: 'A:3', epoch: 1, answerHit: true }),
    ];
    const change = changeSince({ steps: 0, trials: 3 }, [], [...before, ...now]);
    expect(change.trials).toEqual(now);
    expect(change.turned).toEqual([{ trial: now[0], from: before[0] }]);
  });
});
