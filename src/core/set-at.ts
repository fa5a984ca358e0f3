/** Puts a value at a dotted path of an object whose owners on the way are there; a number leads into a list. */
export function setAt(root: object, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop()!;
  const owner = keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], root);
  (owner as Record<string, unknown>)[last] = value;
}
