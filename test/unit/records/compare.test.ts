import { describe, expect, it } from 'vitest';
import {
  compareRuns,
  encodeSteps,
  encodeTrials,
  type BundleFile,
  type StepRecord,
  type TrialRecord,
} from '../../../src/records';
import { life, step, trial } from './build';

const bytes = (text: string) => new TextEncoder().encode(text);

function tensors(values: Record<string, number[]>, dtype = 'F32'): Uint8Array<ArrayBuffer> {
  const all = Object.values(values).flat();
  let at = 0;
  const header = JSON.stringify({
    __metadata__: { format: 'pt' },
    ...Object.fromEntries(
      Object.entries(values).map(([name, list]) => {
        const from = at;
        at += 4 * list.length;
        return [name, { dtype, shape: [list.length], data_offsets: [from, at] }];
      }),
    ),
  });
  const file = new Uint8Array(8 + header.length + 4 * all.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(bytes(header), 8);
  file.set(new Uint8Array(Float32Array.from(all).buffer), 8 + header.length);
  return file;
}

interface Parts {
  trials?: TrialRecord[];
  steps?: StepRecord[];
  adapter?: Uint8Array<ArrayBuffer> | null;
}

const TRIALS = life('HP:1', [0, 1, 1]);
function run({
  trials = TRIALS,
  steps = [step()],
  adapter = tensors({ a: [1, 2], b: [0.5, -4] }),
}: Parts = {}): BundleFile[] {
  return [
    { path: 'trials.jsonl', bytes: bytes(encodeTrials(trials)) },
    { path: 'steps.jsonl', bytes: bytes(encodeSteps(steps)) },
    ...(adapter ? [{ path: 'adapters/term-to-id/adapter_model.safetensors', bytes: adapter }] : []),
  ];
}

const changed = (index: number, fields: Partial<TrialRecord>) =>
  run({ trials: TRIALS.map((each, at) => (at === index ? { ...each, ...fields } : each)) });

describe('scores token by token', () => {
  it('may deviate as other measured numbers; sampled answers may not', () => {
    const [a, b] = [-1, -1.000001].map((score) => changed(1, { tokenLogProbs: [score, -2, -3, 0] }));
    expect(compareRuns(a!, b!, 1e-5)).toMatchObject({ verdict: 'equal', first: { field: 'tokenLogProbs.0' } });
    expect(compareRuns(a!, b!, 1e-9).verdict).toBe('different');
    const [c, d] = ['x', 'y'].map((text) =>
      changed(1, { sampled: { samples: 1, answerHits: 0, tokenHits: 0, answers: [{ text, count: 1, right: false }] } }),
    );
    expect(compareRuns(c!, d!, 1)).toMatchObject({
      verdict: 'different',
      first: { field: 'sampled.answers.0.text', stored: 'x', again: 'y' },
    });
  });
});

describe('two runs', () => {
  it('of the same bytes are identical, in whatever order their files stand', () => {
    expect(compareRuns(run(), run().toReversed(), 0)).toEqual({
      verdict: 'identical',
      first: null,
      files: ['facts.jsonl', 'steps.jsonl', 'trials.jsonl', 'adapters/term-to-id/adapter_model.safetensors'].map(
        (path) => ({ path, verdict: 'identical' }),
      ),
    });
  });

  it('whose measured numbers deviate within the tolerance are equal, and beyond it different', () => {
    const near = compareRuns(run(), changed(1, { logQ: -8.004 }), 1e-3);
    expect(near.verdict).toBe('equal');
    expect(near.first).toEqual({
      file: 'trials.jsonl', line: 2, record: 'HP:1|term-to-id, epoch 1, held-out', field: 'logQ', stored: -8, again: -8.004,
    }); // prettier-ignore
    const far = compareRuns(run(), changed(2, { logProb: -8.02 }), 1e-3);
    expect(far).toMatchObject({ verdict: 'different', first: { line: 3, field: 'logProb', stored: -8, again: -8.02 } });
    expect(compareRuns(run(), changed(2, { logProb: -8.02 }), 1e-2).verdict).toBe('equal');
  });

  it.each<[string, Partial<TrialRecord>, string]>([
    ['answer', { answer: 'HP:2' }, 'answer'],
    ['hit', { tokenHit: true }, 'tokenHit'],
    ['count', { tokensRight: 1 }, 'tokensRight'],
    ['sample', { sampled: { samples: 4, answerHits: 1, tokenHits: 0 } }, 'sampled'],
    ['infinity', { logQ: -Infinity }, 'logQ'],
  ])('with another %s are different, whatever the tolerance', (_name, fields, field) => {
    expect(compareRuns(run(), changed(0, fields), 1)).toMatchObject({
      verdict: 'different',
      first: { file: 'trials.jsonl', line: 1, field: expect.stringContaining(field) as string },
    });
  });

  it('name the first difference that decides, not one that is tolerated', () => {
    const other = run({
      trials: TRIALS.map((each, at) =>
        at === 0 ? { ...each, logQ: -8.001 } : at === 2 ? { ...each, answer: 'x' } : each,
      ),
    });
    expect(compareRuns(run(), other, 1e-3).first).toMatchObject({ line: 3, field: 'answer', stored: '', again: 'x' });
  });

  it('of different lengths or files say what is missing', () => {
    const shorter = run({ trials: TRIALS.slice(0, 2) });
    expect(compareRuns(run(), shorter, 1).first).toMatchObject({ line: 3, stored: 'a line', again: 'no such line' });
    expect(compareRuns(run(), run({ adapter: null }), 1)).toMatchObject({
      verdict: 'different',
      first: { file: expect.stringContaining('adapter') as string, again: 'no such file' },
    });
  });

  it('find steps by their number', () => {
    const other = run({ steps: [step({ supervisedTokens: 41 })] });
    expect(compareRuns(run(), other, 1).first).toMatchObject({
      record: 'term-to-id, step 1',
      field: 'supervisedTokens',
    });
  });
});

describe('trained values', () => {
  const compare = (adapter: Uint8Array<ArrayBuffer>) => compareRuns(run(), run({ adapter }), 1e-3);

  it('deviate by a share of the largest in their tensor', () => {
    expect(compare(tensors({ a: [1, 2], b: [0.503, -4] }))).toMatchObject({
      verdict: 'equal',
      first: { field: 'b[0]', stored: 0.5 },
    });
    expect(compare(tensors({ a: [1, 2], b: [0.505, -4] }))).toMatchObject({
      verdict: 'different',
      first: { field: 'b[0]' },
    });
    expect(compare(tensors({ a: [1.003, 2], b: [0.5, -4] }))).toMatchObject({
      verdict: 'different',
      first: { field: 'a[0]' },
    });
    expect(compare(tensors({ a: [NaN, 2], b: [0.5, -4] })).verdict).toBe('different');
  });

  it('of other names, shapes or kinds are different', () => {
    expect(compare(tensors({ a: [1, 2], c: [0.5, -4] })).first?.field).toBe('header');
    const cut = compareRuns(
      run({ adapter: tensors({ a: [1] }).slice(0, 20) }),
      run({ adapter: tensors({ a: [1] }) }),
      1,
    );
    expect(cut).toMatchObject({ verdict: 'different', first: { field: 'byte 20' } });
    const [half, other] = [tensors({ a: [1] }, 'F16'), tensors({ a: [2] }, 'F16')];
    expect(compareRuns(run({ adapter: half }), run({ adapter: other }), 1).first?.field).toMatch(/^byte \d+$/);
  });
});

it('a spelling that means the same is no difference in values', () => {
  const spaced = run().map((file) =>
    file.path === 'trials.jsonl' ? { ...file, bytes: bytes(encodeTrials([trial()]).replace(',', ', ')) } : file,
  );
  const plain = run({ trials: [trial()] });
  expect(compareRuns(plain, spaced, 0)).toMatchObject({ verdict: 'equal', first: { line: 1, field: '' } });
});
