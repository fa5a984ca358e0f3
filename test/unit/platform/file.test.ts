/** A picked file as a stream of bytes. */
import { describe, expect, it } from 'vitest';
import { browserFile } from '../../../src/platform/file';

async function all(file: ReturnType<typeof browserFile>): Promise<{ sizes: number[]; bytes: Uint8Array }> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.chunks()) chunks.push(chunk);
  return {
    sizes: chunks.map(({ length }) => length),
    bytes: new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer()),
  };
}

describe('a picked file', () => {
  const content = Uint8Array.from({ length: 600_000 }, (_, i) => i * 7);

  it('comes in slices, in order, as often as asked', async () => {
    const file = browserFile(new File([content], 'hp.obo'));
    expect(file).toMatchObject({ name: 'hp.obo', bytes: 600_000 });
    for (let i = 0; i < 2; i++) {
      const { sizes, bytes } = await all(file);
      expect(sizes).toEqual([262_144, 262_144, 75_712]);
      expect(bytes).toEqual(content);
    }
  });

  it('that is empty has no slices', async () => {
    expect((await all(browserFile(new File([], 'x')))).sizes).toEqual([]);
  });

  it('that was moved is refused, naming the field to choose it again in', async () => {
    const moved = new File([content], 'gone.obo');
    moved.slice = () => ({ arrayBuffer: () => Promise.reject(new Error('NotReadableError')) }) as unknown as Blob;
    await expect(all(browserFile(moved, 'ontology.path'))).rejects.toMatchObject({
      code: 'file-unreadable',
      control: 'ontology.path',
      message: expect.stringContaining('gone.obo') as string,
    });
  });
});
