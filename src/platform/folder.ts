/**
 * Folders of the browser: picked by `<input webkitdirectory>`, by `showDirectoryPicker`, or dropped on the page.
 *
 * Promises: one plain list of files with paths relative to the folder, which survives `postMessage`, and a `FileFolder`
 * over it that reads by range. Files stay where they are; nothing is copied or uploaded.
 */
import { LabError } from '../core/errors';
import type { FileEntry, FileFolder } from '../core/files';

export interface PickedFile {
  path: string;
  file: File;
}

export interface PickedFolder {
  name: string;
  files: PickedFile[];
  /** Where its files were fetched from; absent for a folder of the person's own. */
  reference?: string;
}

/** Deep folders of a repository are of no use to a model: the depth that is looked into. */
const MAX_DEPTH = 4;

export function folderOf({ name, files, reference }: PickedFolder): FileFolder {
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  return {
    name,
    reference,
    list: async (): Promise<FileEntry[]> => files.map(({ path, file }) => ({ path, bytes: file.size })),
    async read(path, start, end) {
      const file = byPath.get(path);
      if (file === undefined) {
        throw new LabError('file-missing', `The folder “${name}” has no file ${path}.`, {
          hint: 'Choose the folder that holds config.json, tokenizer.json and model.safetensors.',
          control: 'model.path',
        });
      }
      try {
        return new Uint8Array(await file.slice(start, end).arrayBuffer());
      } catch (cause) {
        throw new LabError(
          'file-unreadable',
          `${name}/${path} could not be read: it was moved or changed since it was chosen.`,
          {
            hint: 'Choose the model folder again.',
            control: 'model.path',
            cause,
          },
        );
      }
    },
  };
}

/** From `<input webkitdirectory>`: paths start with the folder's own name. */
export function folderFromInput(list: Iterable<File>): PickedFolder {
  const files = [...list];
  const first = files[0]?.webkitRelativePath ?? '';
  const name = first.includes('/') ? first.slice(0, first.indexOf('/')) : 'chosen files';
  return {
    name,
    files: files.map((file) => {
      const relative = file.webkitRelativePath;
      return { path: relative.startsWith(`${name}/`) ? relative.slice(name.length + 1) : file.name, file };
    }),
  };
}

export async function folderFromHandle(handle: FileSystemDirectoryHandle): Promise<PickedFolder> {
  const files: PickedFile[] = [];
  const walk = async (directory: FileSystemDirectoryHandle, prefix: string, depth: number): Promise<void> => {
    for await (const [name, entry] of directory.entries()) {
      if (entry.kind === 'file') files.push({ path: prefix + name, file: await entry.getFile() });
      else if (depth < MAX_DEPTH) await walk(entry, `${prefix}${name}/`, depth + 1);
    }
  };
  await walk(handle, '', 0);
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { name: handle.name, files };
}

type DirectoryPicker = (options?: { mode?: 'read' }) => Promise<FileSystemDirectoryHandle>;

export function canPickFolder(): boolean {
  return 'showDirectoryPicker' in globalThis;
}

/** Null when the person closed the picker. */
export async function pickFolder(): Promise<PickedFolder | null> {
  try {
    const picker = (globalThis as unknown as { showDirectoryPicker: DirectoryPicker }).showDirectoryPicker;
    return await folderFromHandle(await picker({ mode: 'read' }));
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') return null;
    throw thrown;
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

async function entriesOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    // A reader hands out at most 100 entries a call and an empty list at the end.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return all;
    all.push(...batch);
  }
}

/** What was dropped: one folder, or loose files. Read synchronously first: the list empties after the event. */
export async function dropped(transfer: DataTransfer): Promise<{ folder: PickedFolder | null; files: File[] }> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const loose = [...transfer.files];
  const directory = entries.find((entry) => entry.isDirectory) as FileSystemDirectoryEntry | undefined;
  if (directory === undefined) return { folder: null, files: loose };
  const files: PickedFile[] = [];
  const walk = async (from: FileSystemDirectoryEntry, prefix: string, depth: number): Promise<void> => {
    for (const entry of await entriesOf(from)) {
      if (entry.isFile) files.push({ path: prefix + entry.name, file: await fileOf(entry as FileSystemFileEntry) });
      else if (depth < MAX_DEPTH) await walk(entry as FileSystemDirectoryEntry, `${prefix}${entry.name}/`, depth + 1);
    }
  };
  await walk(directory, '', 0);
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { folder: { name: directory.name, files }, files: [] };
}
