/** A file on disk as a stream of bytes. */
import { mkdir, unlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openNodeFile } from '../../../src/cli/node-folder';
import { useTemporaryFolder } from '../../helpers/temporary';

const place = useTemporaryFolder();

describe('a file on disk', () => {
  it('comes in chunks, in order, as often as asked', async () => {
    const content = Uint8Array.from({ length: 600_000 }, (_, i) => i * 7);
    const path = await place('some.bin');
    await writeFile(path, content);
    const file = await openNodeFile(path);
    expect(file).toMatchObject({ name: path, bytes: 600_000 });
    for (let i = 0; i < 2; i++) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of file.chunks()) chunks.push(chunk);
      expect(chunks.length).toBeGreaterThan(1);
      expect(new Uint8Array(Buffer.concat(chunks))).toEqual(content);
    }
  });

  it('that is missing, or becomes so, is named with the field that fixes it', async () => {
    const path = await place('gone.obo');
    await expect(openNodeFile(path, 'ontology.path')).rejects.toMatchObject({
      code: 'file-missing',
      control: 'ontology.path',
      message: expect.stringContaining('gone.obo') as string,
    });
    await writeFile(path, 'x');
    const file = await openNodeFile(path);
    await unlink(path);
    await expect(file.chunks()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'file-missing' });
  });

  it('that is a folder is refused', async () => {
    await mkdir(await place('folder'), { recursive: true });
    await expect(openNodeFile(await place('folder'))).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});
