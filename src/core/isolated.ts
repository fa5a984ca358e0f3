/**
 * A name from elsewhere within a sentence of ours, where there is no element to put it into. Pure.
 *
 * Promises: whatever its script, the words around it stay in their order; marks that turn text around show as such.
 */
export function isolated(name: string): string {
  return `\u2068${name.replace(/[\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')}\u2069`;
}
