import { describe, expect, it } from 'vitest';
import {
  adaptersIn,
  CHART_TABLES,
  furtherFiles,
  openBundle,
  packBundle,
  parseTrials,
  runFile,
  runFileNames,
} from '../../../src/records';
import { plausibleRun, withRehearsal } from '../../fixtures/run/plausible-run';

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

describe('rehearsed facts', () => {
  const rehearsed = withRehearsal(plausibleRun({ pairs: 6, epochs: 1 }));
  const rows = (text: string) =>
    text
      .trimEnd()
      .split('\r\n')
      .map((row) => row.split(','));
  const table = (of: typeof rehearsed) => rows(new TextDecoder().decode(runFile({ ...of, files: [], adapters: [] }, 'trials.csv').bytes)); // prettier-ignore

  it('are marked in the table of the trials, which has no such column where there are none', () => {
    const [header, ...lines] = table(rehearsed);
    const at = header!.indexOf('rehearsed');
    const marked = new Set(lines.filter((cells) => cells[at] === 'true').map((cells) => cells[0]));
    expect(marked).toEqual(new Set(rehearsed.rehearsed));
    expect(table({ ...rehearsed, steps: run.steps })[0]).not.toContain('rehearsed');
  });

  it('are a set of their own in the tables of the charts', () => {
    const lines = rows(CHART_TABLES['charts/transitions.csv']!(rehearsed.summary)).slice(1);
    const facts = (set: string) => lines.filter((cells) => cells[1] === set).map((cells) => Number(cells[3]));
    expect(facts('seen')).toEqual([6, 6, 6, 6]);
    expect(facts('withheld')).toEqual([4, 4, 4, 4]);
    expect(facts('rehearsed')).toEqual([2, 2, 2, 2]);
  });
});
