import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { AnalysisCalls, type NamedRun } from '../../../src/worker/analysis-calls';
import { AnalysisDesk } from '../../../src/worker/analysis-desk';
import { ANALYSED_RUNS } from '../../../src/worker/analysis-protocol';
import { parseRequest, parseResponse, type RequestBody } from '../../../src/worker/protocol';
import { hazards } from '../../../src/experiment/analyses/hazards';
import { plausibleRun } from '../../fixtures/run/plausible-run';

const args = { direction: 'term-to-id', template: 'held-out', event: 'acquisition', covariates: 'main' } as const;
const request = { name: 'hazards', args } as const;
const run = plausibleRun({ pairs: 50, epochs: 8 });
const small = plausibleRun({ pairs: 2, epochs: 1 });

/** Page and worker with copies between them, as a real port makes them; `deaf`: the worker's part cannot be fetched. */
function connected() {
  const sent: RequestBody[] = [];
  const worker = { desk: new AnalysisDesk(), deaf: false, dead: false };
  let seq = 0;
  const calls = new AnalysisCalls((runId, body) => {
    sent.push(body);
    const asked = parseRequest(structuredClone({ ...body, runId, seq: ++seq }));
    const answer = async () => {
      const { desk, deaf, dead } = worker;
      if (dead) return;
      if (deaf) throw new LabError('file-missing', 'A part could not be fetched.', { hint: 'Try again.' });
      if (asked.kind === 'hold-records') desk.hold(asked.key, asked);
      else if (asked.kind === 'hand-records') desk.hand(asked.key, asked.part);
      else if (asked.kind === 'drop-records') desk.drop(asked.key);
      else if (asked.kind === 'analyse') {
        const found = await desk.analyse(asked.keys, asked.name, asked.args);
        calls.receive(parseResponse(structuredClone({ kind: 'analysed', ...found, runId, seq })));
      }
    };
    answer().catch((thrown: LabError) =>
      calls.receive(parseResponse({ kind: 'failed', error: thrown.serialize(), runId, seq })),
    );
  });
  const kinds = () => sent.map(({ kind }) => kind);
  /** Records that crossed since this was last asked. */
  const crossed = () =>
    sent.splice(0).reduce((sum, body) => sum + (body.kind === 'hand-records' ? body.part.records.length : 0), 0);
  return { calls, worker, sent, kinds, crossed };
}

/** The run when eighths of its records were there, the same objects: as the page's store keeps them. */
function until(eighths: number): NamedRun['run'] {
  const first = <T>(list: readonly T[]) => list.slice(0, Math.ceil((list.length * eighths) / 8));
  return { ...run, trials: first(run.trials), steps: first(run.steps) };
}
const sizeOf = ({ facts, trials, steps, probes }: NamedRun['run']) =>
  [facts, trials, steps, ...Object.values(probes)].reduce((sum, list) => sum + list.length, 0);

describe('analyses across the worker', () => {
  it('give what the function gives in one thread', async () => {
    const { calls } = connected();
    expect(await calls.analyse([{ key: 'a', run }], request)).toEqual(hazards(run, args));
  });

  it('hand a run over once, whatever is asked of it', async () => {
    const { calls, kinds, crossed } = connected();
    await calls.analyse([{ key: 'a', run }], request);
    expect(crossed()).toBe(sizeOf(run));
    await calls.analyse([{ key: 'a', run }], { ...request, args: { ...args, direction: 'id-to-term' } });
    await Promise.all([calls.analyse([{ key: 'a', run }], request), calls.analyse([{ key: 'a', run }], request)]);
    expect(kinds()).toEqual(['analyse', 'analyse', 'analyse']);
  });

  it('hand over of a run that grew only what is new', async () => {
    const { calls, crossed } = connected();
    for (let eighths = 2; eighths <= 8; eighths++) {
      const [before, now] = [until(eighths - 1), until(eighths)];
      expect(await calls.analyse([{ key: 'a', run: now }], request)).toEqual(
        hazards({ ...run, ...now } as never, args),
      );
      expect(crossed()).toBe(eighths === 2 ? sizeOf(now) : sizeOf(now) - sizeOf(before));
    }
  });

  it('hand over a file of a run once', async () => {
    const { calls, sent } = connected();
    const file = (path: string) => ({ path, bytes: new Uint8Array(9) });
    const [first, second] = [file('step-0'), file('step-9')];
    await calls.analyse([{ key: 'a', run: { ...small, files: [first] } }], request);
    sent.splice(0);
    await calls.analyse([{ key: 'a', run: { ...small, files: [first, second] } }], request);
    expect(sent[0]).toMatchObject({ kind: 'hold-records', files: [second], paths: ['step-0', 'step-9'] });
  });

  it('hand a run that began anew, or went back and grew again, over whole', async () => {
    const { calls, crossed } = connected();
    await calls.analyse([{ key: 'a', run: until(6) }], request);
    crossed();
    const cut = until(3);
    const anew = {
      ...cut,
      trials: [
        ...cut.trials,
        ...until(7)
          .trials.slice(cut.trials.length)
          .map((t) => ({ ...t })),
      ],
    };
    expect(await calls.analyse([{ key: 'a', run: anew }], request)).toEqual(
      hazards({ ...run, ...anew } as never, args),
    );
    expect(crossed()).toBe(sizeOf(anew));
    const other = plausibleRun({ pairs: 30, epochs: 3 });
    expect(await calls.analyse([{ key: 'a', run: other }], request)).toEqual(hazards(other, args));
  });

  it('answer each of many questions of a growing run with its own records, asked before the one before it was answered', async () => {
    const { calls } = connected();
    const moments = [2, 3, 4, 5, 6, 7, 8, 5].map(until);
    const asked = moments.map((now) => calls.analyse([{ key: 'a', run: now }], request));
    const expected = moments.map((now) => hazards({ ...run, ...now } as never, args));
    expect(await Promise.all(asked)).toEqual(expected);
  });

  it('keep a few runs; the one asked for longest ago makes room and is handed over again when wanted', async () => {
    const { calls, worker, kinds } = connected();
    for (let each = 0; each <= ANALYSED_RUNS; each++)
      await calls.analyse([{ key: `run-${each}`, run: small }], request);
    expect(kinds().filter((kind) => kind === 'drop-records')).toHaveLength(1);
    expect(await worker.desk.analyse(['run-0'], 'hazards', args)).toMatchObject({ missing: ['run-0'] });
    await expect(calls.analyse([{ key: 'run-0', run: small }], request)).resolves.toBeDefined();
  });

  it('answer questions of more runs than are kept, all asked at once', async () => {
    const { calls } = connected();
    const many = Array.from({ length: 2 * ANALYSED_RUNS }, (_, each) => ({ key: `run-${each}`, run: { ...small } }));
    const answers = await Promise.all(many.map((named) => calls.analyse([named], request)));
    expect(answers).toHaveLength(many.length);
  });

  it('never drop a run of the question itself', async () => {
    const { calls } = connected();
    const six = Array.from({ length: ANALYSED_RUNS }, (_, each) => ({ key: `run-${each}`, run: small }));
    await calls.analyse([{ key: 'other', run: small }, six[5]!], request);
    await expect(calls.analyse(six, request)).resolves.toBeDefined();
  });

  it('hand over again what never arrived, without being asked to', async () => {
    const { calls, worker } = connected();
    worker.deaf = true;
    await expect(calls.analyse([{ key: 'a', run }], request)).rejects.toThrow(/could not be fetched/);
    worker.deaf = false;
    expect(await calls.analyse([{ key: 'a', run }], request)).toEqual(hazards(run, args));
    worker.desk = new AnalysisDesk();
    expect(await calls.analyse([{ key: 'a', run }], request)).toEqual(hazards(run, args));
  });

  it('fail with the worker, those under way and those in line too, and are there again for a new one', async () => {
    const { calls, worker } = connected();
    const long = plausibleRun({ pairs: 150, epochs: 12 });
    worker.dead = true;
    const asked = [1, 2, 3].map((each) => calls.analyse([{ key: `run-${each}`, run: long }], request));
    const ended = Promise.allSettled(asked);
    await Promise.resolve();
    calls.failAll(new LabError('internal', 'The lab worker stopped.', { hint: 'Reload the page.' }));
    for (const each of await ended) expect(each).toMatchObject({ status: 'rejected', reason: { code: 'internal' } });
    worker.dead = false;
    worker.desk = new AnalysisDesk();
    expect(await calls.analyse([{ key: 'run-1', run }], request)).toEqual(hazards(run, args));
  });

  it('refuse a name that nobody knows', async () => {
    const { calls } = connected();
    const unknown = { ...request, name: 'toString' } as unknown as typeof request;
    await expect(calls.analyse([{ key: 'a', run }], unknown)).rejects.toThrow(/toString/);
  });
});
