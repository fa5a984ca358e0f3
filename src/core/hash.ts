/** SHA-256 as lower-case hex, the one content hash of the project. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

export function sha256Hex(content: Uint8Array | string): string {
  return bytesToHex(sha256(typeof content === 'string' ? new TextEncoder().encode(content) : content));
}

/** Hash of content that arrives in pieces. */
export function sha256Stream(): { update(chunk: Uint8Array): void; hex(): string } {
  const state = sha256.create();
  return { update: (chunk) => void state.update(chunk), hex: () => bytesToHex(state.digest()) };
}
