import { describe, expect, it } from 'vitest';
import { folderFromHandle, folderFromInput, folderOf } from '../../../src/platform/folder';

function picked(path: string, content: string): File {
  const file = new File([content], path.split('/').at(-1)!);
  Object.defineProperty(file, 'webkitRelativePath', { value: path });
  return file;
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('a folder picked by an input', () => {
  const folder = folderFromInput([picked('tiny/config.json', '{}'), picked('tiny/onnx/model.onnx', 'abcdef')]);

  it('is called as on disk, with paths relative to it', () => {
    expect(folder.name).toBe('tiny');
    expect(folder.files.map(({ path }) => path)).toEqual(['config.json', 'onnx/model.onnx']);
  });

  it('lists sizes and reads any range of a file', async () => {
    const open = folderOf(folder);
    expect(await open.list()).toEqual([
      { path: 'config.json', bytes: 2 },
      { path: 'onnx/model.onnx', bytes: 6 },
    ]);
    expect(text(await open.read('onnx/model.onnx', 2, 5))).toBe('cde');
  });

  it('names folder and file when one is missing, and the control that fixes it', async () => {
    await expect(folderOf(folder).read('tokenizer.json', 0, 1)).rejects.toMatchObject({
      code: 'file-missing',
      message: expect.stringMatching(/tiny.*tokenizer\.json/),
      control: 'model.path',
    });
  });

  it('says so when a file was moved since it was chosen', async () => {
    const gone = {
      size: 4,
      slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotFoundError')) }),
    };
    const open = folderOf({ name: 'tiny', files: [{ path: 'config.json', file: gone as unknown as File }] });
    await expect(open.read('config.json', 0, 4)).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});

describe('a folder from a directory handle', () => {
  const fileHandle = (name: string) => ({ kind: 'file', getFile: () => Promise.resolve(new File(['x'], name)) });
  const directory = (name: string, entries: Record<string, unknown>): unknown => ({
    kind: 'directory',
    name,
    async *entries() {
      yield* Object.entries(entries);
    },
  });

  it('walks into subfolders and sorts by path', async () => {
    const handle = directory('tiny', {
      'tokenizer.json': fileHandle('tokenizer.json'),
      a: directory('a', { 'b.txt': fileHandle('b.txt') }),
    });
    const folder = await folderFromHandle(handle as FileSystemDirectoryHandle);
    expect(folder.files.map(({ path }) => path)).toEqual(['a/b.txt', 'tokenizer.json']);
  });

  it('does not follow a tree without end', async () => {
    const endless: Record<string, unknown> = { 'f.txt': fileHandle('f.txt') };
    endless['again'] = directory('again', endless);
    const folder = await folderFromHandle(directory('root', endless) as FileSystemDirectoryHandle);
    expect(folder.files.length).toBe(5);
  });
});
