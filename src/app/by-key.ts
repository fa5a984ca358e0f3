/**
 * Values by keys that come from anywhere: `constructor` is a key as any other. Pure; what is changed is a copy.
 *
 * Must not know: what the keys name.
 */
export type ByKey<T> = ReadonlyMap<string, T>;

export function byKey<T>(entries: Iterable<readonly [string, T]> = []): ByKey<T> {
  return new Map(entries);
}

/** With these keys, no others. */
export function only<T>(all: ByKey<T>, keys: readonly string[]): ByKey<T> {
  return byKey([...all].filter(([key]) => keys.includes(key)));
}

export function without<T>(all: ByKey<T>, key: string): ByKey<T> {
  return byKey([...all].filter(([each]) => each !== key));
}

export function withEntry<T>(all: ByKey<T>, key: string, value: T): ByKey<T> {
  return byKey([...all, [key, value]]);
}
