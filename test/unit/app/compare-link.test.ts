/** What an address says of compared runs: back as it was said, and nothing where it says nothing. */
import { describe, expect, it } from 'vitest';
import { linkedRuns, readLinkedRuns, type LinkedRun } from '../../../src/app/compare-link';

const file = { name: 'a, b; c – <script>.zip', sha256: 'ab'.repeat(32) };
const RUNS: LinkedRun[] = [
  { key: 'recorded/primer', identity: null, file: null },
  { key: '20260101-abc', identity: 'run@17', file: null },
  { key: 'file-1', identity: 'run@18', file },
  { key: 'file-2', identity: 'run@19', file: { name: 'x.zip', sha256: null } },
];

describe('the runs of a comparison in an address', () => {
  it('are read as they were written; of a bundle its name, its hash and its run', () => {
    const read = readLinkedRuns(linkedRuns(RUNS));
    expect(read.map(({ identity, file }) => ({ identity, file }))).toEqual(
      RUNS.map(({ identity, file }) => ({ identity, file })),
    );
    expect(read.slice(0, 2).map(({ key }) => key)).toEqual(['recorded/primer', '20260101-abc']);
  });

  it('that are not here are said again as they were', () => {
    const text = linkedRuns(RUNS);
    expect(linkedRuns(readLinkedRuns(text))).toBe(text);
  });

  it('keep older addresses, which held keys alone', () => {
    expect(readLinkedRuns('recorded/primer,k1').map(({ key }) => key)).toEqual(['recorded/primer', 'k1']);
  });

  it('name nothing where they cannot be read', () => {
    expect(readLinkedRuns(',bundle,bundle;run,bundle;run;;,%E0%A4%A')).toEqual([]);
    expect(readLinkedRuns('bundle;run;xyz;n')[0]?.file).toEqual({ name: 'n', sha256: null });
    expect(readLinkedRuns('k'.repeat(5000))[0]?.key).toHaveLength(120);
    const [long] = readLinkedRuns(`bundle;run;;${'n'.repeat(5000)}`);
    expect(long?.file?.name).toHaveLength(120);
  });
});
