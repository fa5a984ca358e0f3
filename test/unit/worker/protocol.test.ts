import { describe, expect, it } from 'vitest';
import { parseRequest, parseResponse } from '../../../src/worker/protocol';
import { plausiblePlan as plan } from '../../helpers/run-plan';
import { plausibleRun } from '../../fixtures/run/plausible-run';

const { manifest, trials } = plausibleRun({ pairs: 1, epochs: 1 });
const envelope = { runId: 'job-1', seq: 1 };
const inputs = {
  spec: manifest.spec,
  model: { name: 'tiny', files: [{ path: 'config.json', file: new File(['{}'], 'config.json') }] },
  ontology: { path: 'a.obo', file: new File(['format-version: 1.2'], 'a.obo') },
  counts: null,
  covariates: [],
};

describe('messages to the worker', () => {
  it('lets inputs with their files through', () => {
    expect(parseRequest({ kind: 'prepare', ...envelope, inputs })).toMatchObject({
      kind: 'prepare',
      inputs: { counts: null },
    });
  });

  it.each([
    ['an unknown kind', { kind: 'explode', ...envelope }],
    ['a missing runId', { kind: 'pause', seq: 1 }],
    ['a sequence number of zero', { kind: 'pause', runId: 'job-1', seq: 0 }],
    [
      'a file that is none',
      { kind: 'prepare', ...envelope, inputs: { ...inputs, model: { name: 'x', files: [{ path: 'a', file: 'b' }] } } },
    ],
    ['a start without a key', { kind: 'start', ...envelope, prepared: 'job-1', resume: false }],
    ['no object at all', null],
  ])('refuses %s', (_what, message) => {
    expect(() => parseRequest(message)).toThrow(
      expect.objectContaining({ code: 'internal', message: expect.stringContaining('protocol') }),
    );
  });
});

describe('messages from the worker', () => {
  it('lets plans and records through', () => {
    expect(parseResponse({ kind: 'prepared', ...envelope, plan })).toMatchObject({ plan });
    expect(parseResponse({ kind: 'trials', ...envelope, records: trials })).toMatchObject({ records: trials });
    expect(parseResponse({ kind: 'manifest', ...envelope, manifest })).toMatchObject({ manifest });
  });

  it.each([
    ['a trial without its fact', { kind: 'trials', ...envelope, records: [{ epoch: 1, logProb: 0 }] }],
    ['a plan without memory', { kind: 'prepared', ...envelope, plan: { ...plan, memory: undefined } }],
    [
      'a progress in an unknown state',
      { kind: 'progress', ...envelope, progress: { state: 'dancing', fraction: 0, message: '' } },
    ],
    ['an error without a hint', { kind: 'failed', ...envelope, error: { code: 'internal', message: 'x' } }],
  ])('refuses %s', (_what, message) => {
    expect(() => parseResponse(message)).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});
