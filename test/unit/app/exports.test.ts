import { describe, expect, it } from 'vitest';
import { fileStem, listedFiles, pairsChoice, wholeRun } from '../../../src/app/exports';
import { plausibleRun } from '../../fixtures/run/plausible-run';

const run = {
  ...plausibleRun({ pairs: 2, epochs: 1 }),
  files: [{ path: 'notes.txt', bytes: new Uint8Array([104, 105]) }],
  adapters: [
    { direction: 'term-to-id' as const, files: [{ path: 'adapter_config.json', bytes: new Uint8Array([123, 125]) }] },
  ],
};

describe('the files of a run', () => {
  it('are listed with what is in them, before any is made', () => {
    const listed = listedFiles(run);
    expect(listed.find(({ path }) => path === 'trials.jsonl')!.records).toBe(run.trials.length);
    expect(listed.find(({ path }) => path === 'facts.jsonl')!.records).toBe(run.facts.length);
    expect(listed.slice(-2)).toEqual([
      { path: 'adapters/term-to-id/adapter_config.json', records: null, bytes: 2 },
      { path: 'notes.txt', records: null, bytes: 2 },
    ]);
  });

  it('are none before the manifest came', () => {
    expect(listedFiles({ ...run, manifest: null })).toEqual([]);
    expect(wholeRun({ ...run, manifest: null })).toBeNull();
  });
});

it('makes file names of any title', () => {
  expect(fileStem('Größe / 2: a run?')).toBe('Größe-2-a-run');
  expect(fileStem('  ///  ')).toBe('run');
});

it('says under which licence the pairs of a bundle stand, and what follows', () => {
  const { manifest } = run;
  expect(pairsChoice(manifest)).toMatchObject({ file: 'fixture.obo', licence: null, pairs: 'kept', leftOut: false });
  const hpo = { ...manifest, ontology: { ...manifest.ontology, licence: 'https://hpo.jax.org/app/license' } };
  expect(pairsChoice(hpo)).toMatchObject({ pairs: 'left-out', known: 'HPO licence', leftOut: false });
  expect(pairsChoice({ ...hpo, pairTexts: 'left-out' }).leftOut).toBe(true);
});
