import { describe, expect, it } from 'vitest';
import type { LabError } from '../../../src/core/errors';
import { AnalysisCalls } from '../../../src/worker/analysis-calls';
import { AnalysisDesk } from '../../../src/worker/analysis-desk';
import { ANALYSED_RUNS } from '../../../src/worker/analysis-protocol';
import { parseRequest, parseResponse, type RequestBody } from '../../../src/worker/protocol';
import { hazards } from '../../../src/experiment/analyses/hazards';
import { plausibleRun } from '../../fixtures/run/plausible-run';

const args = { direction: 'term-to-id', template: 'held-out', event: 'acquisition', covariates: 'main' } as const;
const request = { name: 'hazards', args } as const;
const run = plausibleRun({ pairs: 50, epochs: 8 });

/** Page and worker with copies between them, as a real port makes them. */
function connected() {
  const sent: RequestBody[] = [];
  const desk = new AnalysisDesk();
  let seq = 0;
  const calls = new AnalysisCalls((runId, body) => {
    sent.push(body);
    const asked = parseRequest(structuredClone({ ...body, runId, seq: ++seq }));
    const answer = async () => {
      if (asked.kind === 'hand-records') desk.hand(asked.key, asked.part);
      else if (asked.kind === 'drop-records') desk.drop(asked.key);
      else if (asked.kind === 'analyse') {
        const result = await desk.analyse(asked.keys, asked.name, asked.args);
        calls.receive(parseResponse(structuredClone({ kind: 'analysed', result, runId, seq })));
      }
    };
    answer().catch((thrown: LabError) =>
      calls.receive(parseResponse({ kind: 'failed', error: thrown.serialize(), runId, seq })),
    );
  });
  const kinds = () => sent.map(({ kind }) => kind);
  return { calls, desk, kinds };
}

describe('analyses across the worker', () => {
  it('give what the function gives in one thread', async () => {
    const { calls } = connected();
    expect(await calls.analyse([{ key: 'a', run }], request)).toEqual(hazards(run, args));
  });

  it('hand a run over once, whatever is asked of it', async () => {
    const { calls, kinds } = connected();
    await calls.analyse([{ key: 'a', run }], request);
    const handed = kinds().filter((kind) => kind === 'hand-records').length;
    expect(handed).toBeGreaterThan(2);
    await calls.analyse([{ key: 'a', run }], { ...request, args: { ...args, direction: 'id-to-term' } });
    await Promise.all([calls.analyse([{ key: 'a', run }], request), calls.analyse([{ key: 'a', run }], request)]);
    expect(kinds().filter((kind) => kind === 'hand-records')).toHaveLength(handed);
  });

  it('keep a few runs; the one asked for longest ago makes room and is handed over again when wanted', async () => {
    const { calls, desk, kinds } = connected();
    const small = plausibleRun({ pairs: 2, epochs: 1 });
    for (let each = 0; each <= ANALYSED_RUNS; each++)
      await calls.analyse([{ key: `run-${each}`, run: small }], request);
    expect(kinds().filter((kind) => kind === 'drop-records')).toHaveLength(1);
    await expect(desk.analyse(['run-0'], 'hazards', args)).rejects.toThrow(/not here/);
    await expect(calls.analyse([{ key: 'run-0', run: small }], request)).resolves.toBeDefined();
  });

  it('refuse a name that nobody knows', async () => {
    const { calls } = connected();
    const unknown = { ...request, name: 'toString' } as unknown as typeof request;
    await expect(calls.analyse([{ key: 'a', run }], unknown)).rejects.toThrow(/toString/);
  });
});
