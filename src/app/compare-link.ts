/**
 * The runs of a comparison as an address names them, and back. A link carries no records: it says which run each is, and of
 * a bundle its file's name and hash, so that the one who opens it can be told what to open.
 *
 * Pure. A link is from anywhere: what cannot be read names nothing.
 */
export interface LinkedRun {
  /** `recorded/NAME`, or the key under which a browser keeps it; of a bundle what the link says of it. */
  key: string;
  /** `runIdentity`, where it is known. */
  identity: string | null;
  /** Of a bundle. */
  file: { name: string; sha256: string | null } | null;
}

const BUNDLE = 'bundle';
/** Names of files are shown in buttons; keys, where no run has them. */
const LONGEST_NAME = 120;
const SHA256 = /^[0-9a-f]{64}$/;

/** Fields stand between `;`, runs between `,`. */
export function linkedRuns(runs: readonly LinkedRun[]): string {
  return runs.map(linkedKey).join(',');
}

function linkedKey({ key, identity, file }: LinkedRun): string {
  const fields = file === null ? [key, identity] : [BUNDLE, identity, file.sha256 ?? '', file.name];
  return fields.flatMap((field) => (field === null ? [] : [encodeURIComponent(field)])).join(';');
}

export function readLinkedRuns(text: string): LinkedRun[] {
  return text.split(',').flatMap((entry): LinkedRun[] => {
    try {
      const [key, identity, sha256 = '', name = ''] = entry.split(';').map(decodeURIComponent);
      if (!key) return [];
      if (key !== BUNDLE) return [{ key: cut(key), identity: identity || null, file: null }];
      if (!identity || name === '') return [];
      const file = { name: cut(name), sha256: SHA256.test(sha256) ? sha256 : null };
      return [{ key: entry, identity, file }];
    } catch {
      return [];
    }
  });
}

const cut = (name: string) => [...name].slice(0, LONGEST_NAME).join('');
