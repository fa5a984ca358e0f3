/**
 * Files of this machine as the layers below see them: a folder read by range, one file as a stream of bytes, one text
 * with its name.
 *
 * Promises: what cannot be read is a LabError that names the path. Must not know: what the files hold.
 */
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../core/errors';
import type { ByteFile, FileEntry, FileFolder, NamedText } from '../core/files';

/** Throws `file-missing` or `file-unreadable` for a path that is no readable folder. */
export async function openNodeFolder(folder: string, control = 'model.path'): Promise<FileFolder> {
  const found = await stat(folder).catch((cause: unknown) => {
    throw unreadable(folder, cause, control);
  });
  if (!found.isDirectory()) {
    throw new LabError('file-unreadable', `${folder} is a file, not a folder.`, {
      hint:
        control === 'model.path'
          ? 'Give the folder that holds config.json, tokenizer.json and model.safetensors.'
          : 'Give the folder itself.',
      control,
    });
  }
  return new NodeFolder(folder, control);
}

class NodeFolder implements FileFolder {
  constructor(
    readonly name: string,
    private readonly control: string,
  ) {}

  async list(): Promise<FileEntry[]> {
    const entries = await readdir(this.name, { withFileTypes: true }).catch((cause: unknown) => {
      throw unreadable(this.name, cause, this.control);
    });
    const files: FileEntry[] = [];
    // Not below the folder itself: models lie flat, and a wrong folder may hold anything.
    for (const { name } of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const found = await stat(path.join(this.name, name)).catch(() => null);
      if (found?.isFile()) files.push({ path: name, bytes: found.size });
    }
    return files;
  }

  async read(
    file: string,
    start: number,
    end: number,
    scratch?: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const place = path.join(this.name, file);
    const handle = await open(place, 'r').catch((cause: unknown) => {
      throw unreadable(place, cause, this.control);
    });
    try {
      const fits = scratch !== undefined && scratch.length >= end - start;
      const bytes = fits ? scratch.subarray(0, end - start) : new Uint8Array(end - start);
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
        if (bytesRead === 0) return bytes.slice(0, filled);
        filled += bytesRead;
      }
      return bytes;
    } catch (cause) {
      throw unreadable(place, cause, this.control);
    } finally {
      await handle.close();
    }
  }
}

const CHUNK_BYTES = 256 * 1024;

/** Throws `file-missing` or `file-unreadable` for a path that is no readable file. */
export async function openNodeFile(file: string, control?: string): Promise<ByteFile> {
  const found = await stat(file).catch((cause: unknown) => {
    throw unreadable(file, cause, control);
  });
  if (found.isDirectory()) throw unreadable(file, { code: 'EISDIR' }, control);
  return {
    name: file,
    bytes: found.size,
    async *chunks() {
      const stream = createReadStream(file, { highWaterMark: CHUNK_BYTES });
      try {
        for await (const chunk of stream) yield new Uint8Array(chunk as Uint8Array);
      } catch (cause) {
        throw unreadable(file, cause, control);
      }
    },
  };
}

/** A whole file. Throws `file-missing` or `file-unreadable`. */
export async function readNodeBytes(file: string, control?: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw unreadable(file, cause, control);
  });
  return new Uint8Array(bytes);
}

/** A whole text file. Throws `file-missing` or `file-unreadable`, also for what is not UTF-8. */
export async function readNamedText(file: string, control?: string): Promise<NamedText> {
  const bytes = await readNodeBytes(file, control);
  try {
    return { name: file, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (cause) {
    throw new LabError('file-unreadable', `${file} is not UTF-8 text.`, {
      hint: 'Unpack the file if it is compressed, or save it as UTF-8.',
      cause,
      ...(control ? { control } : {}),
    });
  }
}

function unreadable(place: string, cause: unknown, control?: string): LabError {
  const code = (cause as NodeJS.ErrnoException).code;
  const details = { cause, ...(control ? { control } : {}) };
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new LabError('file-missing', `${place} does not exist.`, { hint: 'Check the path.', ...details });
  }
  const reason = code === 'EISDIR' ? 'it is a folder' : (code ?? String(cause));
  return new LabError('file-unreadable', `${place} cannot be read: ${reason}.`, {
    hint: 'Check the path and that you may read it.',
    ...details,
  });
}
