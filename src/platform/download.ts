/** Hands bytes to the browser as a download. Must not know what they are. */
export function download(name: string, type: string, content: string | Uint8Array<ArrayBuffer> | Blob): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // Revoked later: some browsers read the blob after the click returns.
  setTimeout(() => URL.revokeObjectURL(address), 30_000);
}
