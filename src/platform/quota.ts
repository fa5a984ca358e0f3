/**
 * The room that this browser gives the page, and whether it may clear it by itself.
 *
 * Promises: never throws; a browser that does not say is `null`.
 */
export interface StorageRoom {
  quotaBytes: number;
  /** Everything the page has stored, the browser's own bookkeeping included. */
  usedBytes: number;
  /** The browser has promised not to clear it when the disk runs full; null where it does not say. */
  persisted: boolean | null;
}

export async function storageRoom(): Promise<StorageRoom | null> {
  try {
    const { quota, usage } = await navigator.storage.estimate();
    if (quota === undefined) return null;
    const persisted = (await navigator.storage.persisted?.()) ?? null;
    return { quotaBytes: quota, usedBytes: usage ?? 0, persisted };
  } catch {
    return null;
  }
}

/** Asks the browser not to clear what is kept; it may refuse. */
export async function persistStorage(): Promise<boolean> {
  try {
    return (await navigator.storage?.persist?.()) ?? false;
  } catch {
    return false;
  }
}
