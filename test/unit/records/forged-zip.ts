/** Zips written by hand, so that each of their numbers can be a lie. */
import { deflateSync } from 'fflate';

export interface ForgedEntry {
  path: string | Uint8Array;
  content: Uint8Array | string;
  method?: number;
  flags?: number;
  /** What the directory claims of the unpacked size. */
  claimedBytes?: number;
  claimedPacked?: number;
  /** Name before the data, where it differs from the directory's. */
  localPath?: string;
  /** Uses the data of the entry with this index again. */
  shares?: number;
  /** Offset of its place in the zip, where its data stand within another entry. */
  start?: number;
}

/** What stands before an entry's data, sizes left out. */
export function localHeader(path: string): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(Buffer.byteLength(path), 26);
  return Buffer.concat([header, Buffer.from(path)]);
}

export function forgeZip(entries: readonly ForgedEntry[], { count = entries.length, comment = '' } = {}): Uint8Array {
  const utf8 = (text: string | Uint8Array) => Buffer.from(text as string);
  const parts: Buffer[] = [];
  const starts: number[] = [];
  let length = 0;
  const put = (part: Buffer) => {
    parts.push(part);
    length += part.length;
  };
  const packed = entries.map(({ content, method = 8 }) =>
    method === 8 ? Buffer.from(deflateSync(utf8(content))) : utf8(content),
  );
  entries.forEach(({ path, localPath = path, shares, start }, index) => {
    starts.push(start ?? (shares === undefined ? length : starts[shares]!));
    if (shares !== undefined || start !== undefined) return;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(utf8(localPath).length, 26);
    put(local);
    put(utf8(localPath));
    put(packed[index]!);
  });
  const directory = length;
  entries.forEach(({ path, content, method = 8, flags = 0, claimedBytes, claimedPacked, shares }, index) => {
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(claimedPacked ?? packed[shares ?? index]!.length, 20);
    central.writeUInt32LE(claimedBytes ?? utf8(content).length, 24);
    central.writeUInt16LE(utf8(path).length, 28);
    central.writeUInt32LE(starts[index]!, 42);
    put(central);
    put(utf8(path));
  });
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(length - directory, 12);
  end.writeUInt32LE(directory, 16);
  put(end);
  put(Buffer.from(comment));
  return new Uint8Array(Buffer.concat(parts));
}
