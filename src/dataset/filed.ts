/**
 * Numbers that are filed under identifiers, looked up for a candidate: under its own identifier and its alternative ones.
 *
 * Promises: no number is credited to two candidates by way of an alternative identifier. One that is another candidate's
 * own, or that several candidates claim, is not used. Must not know: what the numbers mean.
 */
import type { Candidate } from './candidates';

export class FiledUnder {
  readonly #own = new Set<string>();
  readonly #claims = new Map<string, number>();

  constructor(candidates: readonly Candidate[]) {
    for (const { identifier, otherIdentifiers } of candidates) {
      this.#own.add(identifier);
      for (const other of new Set(otherIdentifiers)) this.#claims.set(other, (this.#claims.get(other) ?? 0) + 1);
    }
  }

  /** Its own identifier, then the alternative ones that are its alone. */
  identifiers({ identifier, otherIdentifiers }: Candidate): string[] {
    const alone = otherIdentifiers.filter((other) => !this.#own.has(other) && this.#claims.get(other) === 1);
    return [identifier, ...new Set(alone)];
  }

  /** The numbers there are, own identifier's first. */
  numbers(candidate: Candidate, table: ReadonlyMap<string, number | null>): number[] {
    return this.identifiers(candidate).flatMap((identifier) => table.get(identifier) ?? []);
  }
}
