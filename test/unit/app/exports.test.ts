import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { parseTrials } from '../../../src/records';
import { fileStem, runFiles, runZip } from '../../../src/app/exports';
import { plausibleRun } from '../../fixtures/run/plausible-run';

const run = {
  ...plausibleRun({ pairs: 2, epochs: 1 }),
  adapters: [
    { direction: 'term-to-id' as const, files: [{ path: 'adapter_config.json', bytes: new Uint8Array([123, 125]) }] },
  ],
};

describe('a run as files', () => {
  it('has the records, a table and the adapter of each direction', () => {
    expect(runFiles(run).map(({ path }) => path)).toEqual([
      'manifest.json',
      'facts.jsonl',
      'trials.jsonl',
      'steps.jsonl',
      'trials.csv',
      'summary.json',
      'adapters/term-to-id/adapter_config.json',
    ]);
  });

  it('writes one record a line, losing nothing', () => {
    const trials = runFiles(run).find(({ path }) => path === 'trials.jsonl')!;
    const lines = strFromU8(trials.bytes).trimEnd().split('\n');
    expect(parseTrials(`${lines.join('\n')}\n`)).toEqual(run.trials);
    expect(lines).toHaveLength(run.trials.length);
  });

  it('leaves out what a cancelled run never came to', () => {
    const partial = { ...run, summary: null, adapters: [] };
    expect(runFiles(partial).map(({ path }) => path)).toEqual([
      'manifest.json',
      'facts.jsonl',
      'trials.jsonl',
      'steps.jsonl',
      'trials.csv',
    ]);
  });

  it('zips the same bytes, and equal runs to equal archives', () => {
    const zip = runZip(run);
    const entries = unzipSync(zip);
    for (const { path, bytes } of runFiles(run)) expect(entries[path]).toEqual(bytes);
    expect(runZip(run)).toEqual(zip);
  });
});

it('makes file names of any title', () => {
  expect(fileStem('Größe / 2: a run?')).toBe('Größe-2-a-run');
  expect(fileStem('  ///  ')).toBe('run');
});
