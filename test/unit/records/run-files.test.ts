import { describe, expect, it } from 'vitest';
import {
  adaptersIn,
  furtherFiles,
  openBundle,
  packBundle,
  parseTrials,
  runFile,
  runFileNames,
} from '../../../src/records';
import { plausibleRun } from '../../fixtures/run/plausible-run';

const run = {
  ...plausibleRun({ pairs: 2, epochs: 1 }),
  files: [{ path: 'notes.txt', bytes: new Uint8Array([104, 105]) }],
  adapters: [
    { direction: 'term-to-id' as const, files: [{ path: 'adapter_config.json', bytes: new Uint8Array([123, 125]) }] },
  ],
};

describe('a run as files', () => {
  it('has the records, a table and the adapter of each direction', () => {
    expect(runFileNames(run)).toEqual([
      'manifest.json',
      'facts.jsonl',
      'trials.jsonl',
      'steps.jsonl',
      'trials.csv',
      'summary.json',
      'adapters/term-to-id/adapter_config.json',
      'notes.txt',
    ]);
  });

  it('writes one record a line, losing nothing', () => {
    const { bytes } = runFile(run, 'trials.jsonl');
    expect(parseTrials(new TextDecoder().decode(bytes))).toEqual(run.trials);
  });

  it('leaves out what a cancelled run never came to', () => {
    const names = runFileNames({ ...run, summary: null, adapters: [] });
    expect(names).not.toContain('summary.json');
    expect(() => runFile({ ...run, summary: null }, 'summary.json')).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  });

  it('makes a bundle that opens to the same records, equal runs to equal bytes', () => {
    const files = runFileNames(run).map((name) => runFile(run, name));
    const archive = packBundle(files, run.manifest);
    const { bundle, files: unpacked } = openBundle(archive);
    expect(bundle).toMatchObject({ facts: run.facts, trials: run.trials, steps: run.steps, summary: run.summary });
    expect(adaptersIn(unpacked)).toEqual(run.adapters);
    expect(furtherFiles(unpacked)).toEqual(run.files);
    expect(packBundle(files, run.manifest)).toEqual(archive);
  });
});
