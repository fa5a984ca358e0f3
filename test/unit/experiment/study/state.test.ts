/** The state of a study: what is stored, what is continued, in which order cells run. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError, type LabErrorCode } from '../../../../src/core/errors';
import {
  continueState,
  newState,
  runStudy,
  studyCells,
  type CellOutcome,
  type StudyHost,
} from '../../../../src/experiment/study';
import { encodeState, parseState, type StudyState } from '../../../../src/records';
import { parseStudy } from '../../../../src/spec';

const studyOf = (seeds: number[], ranks = [2, 4]) =>
  parseStudy({ studyVersion: 1, grid: { 'adapter.rank': ranks }, seeds }, 's.json');
const study = studyOf([1, 2]);
const cells = studyCells(study, 's.json');
const done: CellOutcome = { state: 'done', runId: '0123456789abcdef', elapsedMs: 5 };

/** A host that remembers; `fail` throws for these cells, `kill` ends the process before the cell ends. */
function host(options: { fail?: Record<number, LabErrorCode>; stopAfter?: number; kill?: number } = {}) {
  const ran: number[] = [];
  const saved: string[] = [];
  const it: StudyHost = {
    save: (state) => Promise.resolve(void saved.push(encodeState(state))),
    stopped: () => options.stopAfter !== undefined && ran.length >= options.stopAfter,
    runCell({ index }) {
      ran.push(index);
      if (options.kill === index) return new Promise(() => {});
      const code = options.fail?.[index];
      return code ? Promise.reject(new LabError(code, 'broken', { hint: 'mend it' })) : Promise.resolve(done);
    },
  };
  return { host: it, ran, saved, last: () => parseState(saved.at(-1)!, 'study.json') };
}

const statesOf = ({ cells: records }: StudyState) => records.map(({ state }) => state);

describe('the cells of a study', () => {
  it('run in order, each recorded before and after', async () => {
    const { host: own, ran, saved, last } = host();
    expect(await runStudy(cells, newState(study, cells), own)).toBe('done');
    expect(ran).toEqual([0, 1, 2, 3]);
    expect(saved).toHaveLength(8);
    expect(statesOf(parseState(saved[2]!, 'x'))).toEqual(['done', 'running', 'waiting', 'waiting']);
    expect(last().cells[3]).toMatchObject({ state: 'done', runId: done.runId, elapsedMs: 5, error: null });
  });

  it('that fail are recorded, and the others run', async () => {
    const { host: own, ran, last } = host({ fail: { 1: 'loss-not-finite' } });
    expect(await runStudy(cells, newState(study, cells), own)).toBe('failed');
    expect(ran).toEqual([0, 1, 2, 3]);
    expect(last().cells[1]).toMatchObject({
      state: 'failed',
      error: { code: 'loss-not-finite', message: 'broken', hint: 'mend it' },
    });
    const again = host();
    expect(await runStudy(cells, continueState(last(), study, cells), again.host)).toBe('done');
    expect(again.ran).toEqual([1]);
    expect(again.last().cells[1]!.error).toBeNull();
  });

  it('end where every one would fail alike', async () => {
    const { host: own, ran, last } = host({ fail: { 0: 'webgpu-missing' } });
    await expect(runStudy(cells, newState(study, cells), own)).rejects.toMatchObject({ code: 'webgpu-missing' });
    expect(ran).toEqual([0]);
    expect(statesOf(last())).toEqual(['failed', 'waiting', 'waiting', 'waiting']);
  });

  it('stop on request and go on later, nothing twice', async () => {
    const first = host({ stopAfter: 2 });
    expect(await runStudy(cells, newState(study, cells), first.host)).toBe('stopped');
    const second = host();
    expect(await runStudy(cells, continueState(first.last(), study, cells), second.host)).toBe('done');
    expect([...first.ran, ...second.ran]).toEqual([0, 1, 2, 3]);
  });

  it('stop where a run is cancelled, before it began as well', async () => {
    const before = host({ fail: { 1: 'cancelled' } });
    expect(await runStudy(cells, newState(study, cells), before.host)).toBe('stopped');
    expect(statesOf(before.last())).toEqual(['done', 'stopped', 'waiting', 'waiting']);
    const during = host();
    during.host.runCell = () => Promise.resolve({ ...done, state: 'stopped' });
    expect(await runStudy(cells, newState(study, cells), during.host)).toBe('stopped');
    expect(statesOf(during.last())).toEqual(['stopped', 'waiting', 'waiting', 'waiting']);
  });

  it('are as a killed process left them, and only the rest runs', async () => {
    const killed = host({ kill: 2 });
    void runStudy(cells, newState(study, cells), killed.host);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(statesOf(killed.last())).toEqual(['done', 'done', 'running', 'waiting']);
    const again = host();
    await runStudy(cells, continueState(killed.last(), study, cells), again.host);
    expect(again.ran).toEqual([2, 3]);
  });
});

describe('a stored study', () => {
  const finished = newState(study, cells);
  for (const record of finished.cells) Object.assign(record, done);

  it('may grow by seeds and values', () => {
    const larger = studyOf([1, 2, 3], [2, 4, 8]);
    const state = continueState(finished, larger, studyCells(larger, 's.json'));
    expect(statesOf(state)).toEqual([
      'done',
      'done',
      'waiting',
      'done',
      'done',
      'waiting',
      ...Array(3).fill('waiting'),
    ]);
  });

  it('is not continued with a study that lacks one of its cells', () => {
    const smaller = studyOf([1]);
    expect(() => continueState(finished, smaller, studyCells(smaller, 's.json'))).toThrowError(
      expect.objectContaining({
        code: 'checkpoint-mismatch',
        message: expect.stringContaining('adapter.rank=2, seed 2') as string,
      }) as Error,
    );
  });

  it('reads back as it was written, and garbage is refused by a typed error', () => {
    const text = encodeState(finished);
    expect(parseState(text, 'study.json')).toEqual(finished);
    let refused = 0;
    fc.assert(
      fc.property(fc.nat(text.length), fc.string({ maxLength: 4 }), fc.nat(6), (at, insert, remove) => {
        const broken = text.slice(0, at) + insert + text.slice(at + remove);
        try {
          parseState(broken, 'study.json');
        } catch (error) {
          refused += 1;
          expect(error, String(error)).toMatchObject({ code: 'record-invalid' });
          expect((error as LabError).message).toContain('study.json');
        }
      }),
      { numRuns: 3000, seed: 5 },
    );
    expect(refused).toBeGreaterThan(1000);
  });

  it('cannot name a folder outside its own', () => {
    const text = encodeState(finished).replace(finished.cells[0]!.folder, '../../elsewhere');
    expect(() => parseState(text, 'study.json')).toThrowError(
      expect.objectContaining({ code: 'record-invalid' }) as Error,
    );
  });
});
