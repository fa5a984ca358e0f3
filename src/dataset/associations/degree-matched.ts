/**
 * False statements in which every subject and every object occurs as often as in the true ones.
 *
 * The configuration model of a bipartite graph: the ends of the true statements are taken apart and joined at random; what
 * comes out true or twice is mended by exchanging objects with another false statement, which leaves all degrees alone.
 * Sources: Molloy & Reed, Random Struct. Algorithms 6 (1995) 161–180; Maslov & Sneppen, Science 296 (2002) 910–913.
 * With such negatives any score that adds a number for the subject and a number for the object has the same mean over
 * true and false statements, so knowing how often things occur does not tell true from false.
 */
import type { NegativeRequest } from './request';

const TRIES = 400;

/**
 * Statements that cannot be mended (a subject that is associated with nearly every object) are left out; all degrees are
 * exact where none is.
 */
export function matchDegrees({ cell, perPositive, isFree, take, draws }: NegativeRequest): void {
  const ends = Array.from({ length: perPositive }, () => cell.positives).flat();
  const subjects = ends.map(({ subject }) => subject);
  const objects = draws.shuffle(ends.map(({ object }) => object));
  const n = ends.length;
  const joined = new Joined();
  for (let i = 0; i < n; i++) joined.add(subjects[i]!, objects[i]!);

  const isWrong = (i: number) => !isFree(subjects[i]!, objects[i]!) || joined.times(subjects[i]!, objects[i]!) > 1;
  /** Exchanges the objects of i and j if both statements are then free and new. */
  const exchange = (i: number, j: number): boolean => {
    const [si, sj, oi, oj] = [subjects[i]!, subjects[j]!, objects[i]!, objects[j]!];
    if (si === sj || oi === oj) return false;
    if (!isFree(si, oj) || !isFree(sj, oi) || joined.times(si, oj) > 0 || joined.times(sj, oi) > 0) return false;
    joined.remove(si, oi);
    joined.remove(sj, oj);
    joined.add(si, oj);
    joined.add(sj, oi);
    [objects[i], objects[j]] = [oj, oi];
    return true;
  };
  for (let i = 0; i < n; i++) {
    for (let tries = 0; tries < TRIES && isWrong(i); tries++) exchange(i, draws.nextInt(n));
    // Chance did not find a partner: look at all of them.
    for (let j = 0; j < n && isWrong(i); j++) exchange(i, j);
  }
  for (let i = 0; i < n; i++) if (isFree(subjects[i]!, objects[i]!)) take(subjects[i]!, objects[i]!);
}

/** How often two ends are joined. */
class Joined {
  readonly #times = new Map<number, Map<number, number>>();

  times(subject: number, object: number): number {
    return this.#times.get(subject)?.get(object) ?? 0;
  }

  add(subject: number, object: number): void {
    let row = this.#times.get(subject);
    if (row === undefined) this.#times.set(subject, (row = new Map()));
    row.set(object, (row.get(object) ?? 0) + 1);
  }

  remove(subject: number, object: number): void {
    this.#times.get(subject)!.set(object, this.times(subject, object) - 1);
  }
}
