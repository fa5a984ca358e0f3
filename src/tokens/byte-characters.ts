/**
 * GPT-2's writing of bytes as printable characters: printable ones of Latin-1 stand for themselves, the others follow from
 * U+0100 on in order.
 */
export const BYTE_CHARACTERS: readonly string[] = byteCharacters();

function byteCharacters(): string[] {
  const stands = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let further = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(stands(byte) ? byte : further++));
}
