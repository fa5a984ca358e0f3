import { describe, expect, it, vi } from 'vitest';
import type { BundledOntologies, BundledOntology } from '../../src/app/bundled.svelte';
import { Inputs } from '../../src/app/inputs';
import { NeededFiles } from '../../src/app/needed-files.svelte';
import { RunStore } from '../../src/app/runs.svelte';
import { LabSession } from '../../src/app/session.svelte';
import { SpecStore } from '../../src/app/spec.svelte';

const picked = (name: string) => ({ path: name, file: new File(['term\tid\n'], name) });
const entry = {
  terminology: 'hgnc',
  columns: { term: 'symbol', identifier: 'hgnc_id' },
  popularity: { file: { path: 'counts.tsv' }, identifierColumn: 'id', countColumn: 'n' },
} as unknown as BundledOntology;

function setUp() {
  const storage = { list: () => Promise.resolve([]), load: vi.fn(), hasCheckpoint: vi.fn() };
  const session = new LabSession({} as never, new SpecStore(), new RunStore(storage));
  const bundled = {
    open: () => Promise.resolve({ entry, ontology: picked('genes.tsv'), counts: picked('counts.tsv') }),
  } as unknown as BundledOntologies;
  const needed = new NeededFiles(session, () => Promise.resolve('none'));
  return { session, inputs: new Inputs(session, bundled, {} as never, needed) };
}

async function withBundled() {
  const lab = setUp();
  lab.inputs.bundledOntology(entry);
  await vi.waitFor(() => expect(lab.session.ontology?.path).toBe('genes.tsv'));
  return lab;
}

function drop(inputs: Inputs, ...files: File[]) {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  inputs.drop(transfer);
}

describe('an ontology of one’s own', () => {
  it('takes what the bundled one before it brought away: counts, terminology, columns', async () => {
    const { session, inputs } = await withBundled();
    expect(session.spec.draft.ontology).toMatchObject({ terminology: 'hgnc', termColumn: 'symbol' });
    inputs.ontologyFile(picked('mine.obo').file);
    await vi.waitFor(() => expect(session.ontology?.path).toBe('mine.obo'));
    expect(session.counts).toBeNull();
    expect(session.spec.draft.ontology).toMatchObject({
      ...{ terminology: null, termColumn: 'term', identifierColumn: 'identifier', counts: null },
    });
  });

  it('leaves counts that were chosen by hand', async () => {
    const { session, inputs } = await withBundled();
    const counts = picked('my-counts.tsv').file;
    inputs.countsFile(counts);
    inputs.ontologyFile(picked('mine.obo').file);
    await vi.waitFor(() => expect(session.ontology?.path).toBe('mine.obo'));
    expect(session.counts?.file).toBe(counts);
  });

  it('stays where a picture is dropped, which is an error', async () => {
    const { session, inputs } = setUp();
    inputs.ontologyFile(picked('mine.obo').file);
    await vi.waitFor(() => expect(session.ontology?.path).toBe('mine.obo'));
    drop(inputs, new File([new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13])], 'photo.png'));
    await vi.waitFor(() => expect(session.error).not.toBeNull());
    expect(session.error).toMatchObject({ code: 'ontology-format', control: 'ontology.path' });
    expect(session.error!.message).toContain('photo.png');
    expect(session.ontology?.path).toBe('mine.obo');
  });

  it.each([
    ['gzip', [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]],
    ['UTF-16', [0xff, 0xfe, 0x74, 0, 0x69, 0, 0x64, 0]],
    ['Latin-1', [0xc4, 0xd6, 0xdc, 0xe4, 0xf6, 0xfc, 0xdf, 9, 0x31]],
  ])('may be %s', async (_encoding, bytes) => {
    const { session, inputs } = setUp();
    drop(inputs, new File([new Uint8Array(bytes)], 'mine.txt'));
    await vi.waitFor(() => expect(session.ontology?.path).toBe('mine.txt'));
  });
});
