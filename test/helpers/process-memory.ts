/** This process's memory by the kernel's own account. Linux only. */
import { readFileSync, writeFileSync } from 'node:fs';

/** What is resident now, or was at most since the last reset. */
export function memoryBytes(field: 'VmRSS' | 'VmHWM'): number {
  const [, kibibytes] = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'))!;
  return Number(kibibytes) * 1024;
}

/** The peak counts from here on; false where the system does not let it. */
export function resetPeak(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return true;
  } catch {
    return false;
  }
}
