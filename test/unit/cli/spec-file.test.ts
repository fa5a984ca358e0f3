import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSpecFile } from '../../../src/cli/spec-file';
import { useTemporaryFolder } from '../../helpers/temporary';
import { tinySpec } from '../../helpers/tiny-run';

const place = useTemporaryFolder();

describe('paths of a spec', () => {
  it('are relative to the spec’s folder', async () => {
    const file = await place('spec.json');
    await writeFile(file, JSON.stringify(tinySpec('ontology.counts.path=counts.tsv')));
    expect(await readSpecFile(file, [])).toMatchObject({
      modelPath: await place('models/tiny'),
      ontologyPath: await place('terms.tsv'),
      countsPath: await place('counts.tsv'),
    });
  });

  it('are relative to the working directory when they come from the command line, the last one winning', async () => {
    const file = await place('spec.json');
    await writeFile(file, JSON.stringify(tinySpec()));
    const read = await readSpecFile(file, ['model.path=a', 'model.path=b/c', 'train.epochs=9']);
    expect(read.modelPath).toBe(path.resolve('b/c'));
    expect(read.ontologyPath).toBe(await place('terms.tsv'));
    expect(read.spec.train.epochs).toBe(9);
    expect(read.countsPath).toBeNull();
  });

  it('name the rehearsed texts where the spec rehearses texts, and only there', async () => {
    const file = await place('spec.json');
    const write = (...sets: string[]) => writeFile(file, JSON.stringify(tinySpec(...sets)));
    await write('retention.rehearsal={"source":"text","path":"texts.txt"}');
    expect((await readSpecFile(file, [])).rehearsalPath).toBe(await place('texts.txt'));
    await write('retention.rehearsal={"source":"known-withheld","path":"texts.txt"}');
    expect((await readSpecFile(file, [])).rehearsalPath).toBeNull();
    await write('retention.rehearsal={"source":"text"}');
    await expect(readSpecFile(file, [])).rejects.toMatchObject({
      code: 'spec-invalid',
      control: 'retention.rehearsal.path',
    });
  });

  it('of probes follow the same rule, and are null where the model speaks for itself', async () => {
    const file = await place('spec.json');
    const own = tinySpec('evaluation.probes.canaries.path=c.tsv', 'evaluation.probes.languageLoss={"texts":3}');
    await writeFile(file, JSON.stringify(own));
    expect((await readSpecFile(file, [])).probePaths).toEqual({ canaries: await place('c.tsv'), languageLoss: null });
    const { probePaths } = await readSpecFile(file, ['evaluation.probes.canaries={"path":"d.tsv"}']);
    expect(probePaths!.canaries).toBe(path.resolve('d.tsv'));
  });

  it('may be absolute', async () => {
    const file = await place('spec.json');
    await writeFile(file, JSON.stringify(tinySpec('model.path=/models/x')));
    expect((await readSpecFile(file, [])).modelPath).toBe(path.resolve('/models/x'));
  });
});

describe('a spec that is not JSON', () => {
  it('is refused by name', async () => {
    const file = await place('broken.json');
    await writeFile(file, '{"specVersion": 1,\n "model": }');
    await expect(readSpecFile(file, [])).rejects.toMatchObject({
      code: 'spec-invalid',
      message: expect.stringMatching(/broken\.json: this is not JSON/),
    });
  });
});
