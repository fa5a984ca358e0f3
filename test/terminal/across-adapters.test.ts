/**
 * One run trained on two adapters: what was measured before training agrees closely; what was trained is compared by the
 * intervals of its estimates and pair by pair, for training may amplify how an adapter rounds.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { findSwiftShader } from '../../bin/find.js';
import { parseTrials, type TrialRecord } from '../../src/records';
import { mcnemarExact } from '../../src/stats';
import { runCli } from '../helpers/cli-process';
import { useTemporaryFolder } from '../helpers/temporary';
import { writeTinyModel } from '../helpers/tiny-model';
import { tinySpec, tinyTerms } from '../helpers/tiny-run';

const place = useTemporaryFolder();
const LOG_Q_TOLERANCE = 1e-3;

const trialsOf = async (folder: string) => parseTrials(await readFile(await place(folder, 'trials.jsonl'), 'utf8'));

/** Trials of two runs side by side: both answer the same questions in the same order. */
function pairs(a: readonly TrialRecord[], b: readonly TrialRecord[]): [TrialRecord, TrialRecord][] {
  const name = ({ fact, direction, template, epoch }: TrialRecord) => [fact, direction, template, epoch].join(' ');
  expect(b.map(name)).toEqual(a.map(name));
  return a.map((trial, at) => [trial, b[at]!]);
}

describe('one run on llvmpipe and on SwiftShader', () => {
  let verified: { verdict: string; estimates: { what: string; overlap: boolean }[]; gpu: Record<string, unknown> };
  let both: [TrialRecord, TrialRecord][];

  beforeAll(async () => {
    const data = [
      '--model',
      await writeTinyModel(await place('models', 'tiny')),
      '--ontology',
      await place('terms.tsv'),
    ];
    await writeFile(await place('terms.tsv'), tinyTerms.text);
    const spec = tinySpec(
      ...['train.epochs=30', 'adapter={"kind":"full"}', 'optimizer.learningRate=0.01', 'evaluation.maxNewTokens=8'],
      'evaluation.at={"kind":"epochs","every":30}',
      'directions=["term-to-id"]',
    );
    await writeFile(await place('spec.json'), JSON.stringify(spec));
    const ran = await runCli(['run', await place('spec.json'), '--out', await place('here'), '--quiet']);
    expect(ran.code, ran.stderr).toBe(0);
    const argv = ['verify', await place('here'), ...data, '--out', await place('there'), '--json', '--quiet'];
    const again = await runCli(argv, undefined, findSwiftShader());
    verified = JSON.parse(again.stdout) as typeof verified;
    both = pairs(await trialsOf('here'), await trialsOf('there'));
  });

  it('ran on two adapters', () => {
    const { stored, again } = verified.gpu as Record<string, { description: string }>;
    expect(stored!.description).toMatch(/llvmpipe/i);
    expect(again!.description).toMatch(/swiftshader/i);
  });

  it('agrees on fixed weights within 1e-3 of log q', () => {
    const baseline = both.filter(([a]) => a.epoch === 0);
    expect(baseline.length).toBeGreaterThan(20);
    for (const [a, b] of baseline) expect(Math.abs(a.logQ - b.logQ)).toBeLessThan(LOG_Q_TOLERANCE);
  });

  it('agrees after training by intervals, and pair by pair', () => {
    const last = Math.max(...both.map(([a]) => a.epoch));
    const trained = both.filter(([a]) => a.epoch === last);
    const learned = trained.filter(([a]) => a.tokenHit).length;
    expect(learned, 'something was learned').toBeGreaterThan(6);
    const onlyHere = trained.filter(([a, b]) => a.tokenHit && !b.tokenHit).length;
    const onlyThere = trained.filter(([a, b]) => !a.tokenHit && b.tokenHit).length;
    const furthest = Math.max(...trained.map(([a, b]) => Math.abs(a.logQ - b.logQ)));
    process.stdout.write(
      `${verified.verdict}; ${learned} of ${trained.length} learned, ${onlyHere} only on one adapter, ${onlyThere} only on the other; log q at most ${furthest.toExponential(1)} apart\n`,
    );
    expect(verified.estimates.length).toBeGreaterThan(0);
    expect(verified.estimates.filter(({ overlap }) => !overlap)).toEqual([]);
    expect(mcnemarExact(onlyHere, onlyThere)).toBeGreaterThan(0.01);
  });
});
