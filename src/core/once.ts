/** Things made once a name: what was asked for before is handed on, a failure may be tried again. */
export class Once<T> {
  readonly #made = new Map<string, Promise<T>>();

  get(name: string, make: () => Promise<T>): Promise<T> {
    const before = this.#made.get(name);
    if (before !== undefined) return before;
    const making = make();
    this.#made.set(name, making);
    making.catch(() => this.#made.delete(name));
    return making;
  }
}
