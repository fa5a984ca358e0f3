/**
 * Distinct annotated things per identifier, counted row by row.
 *
 * Promises: a thing that is annotated twice to an identifier counts once; memory grows with distinct pairs, not with rows.
 * Must not know: columns, qualifiers.
 */
import { ownText } from '../../core/own-text';
import type { Annotations, SourceHeader } from '../types';
import { sourceHeader, type Reading } from './reading';

export class AnnotationCounts {
  rows = 0;
  denied = 0;
  readonly #things = new Map<string, number>();
  readonly #annotated = new Map<string, Set<number>>();

  add(identifier: string, thing: string): void {
    let number = this.#things.get(thing);
    if (number === undefined) this.#things.set(ownText(thing), (number = this.#things.size));
    const known = this.#annotated.get(identifier);
    if (known !== undefined) known.add(number);
    else this.#annotated.set(ownText(identifier), new Set([number]));
  }

  get isEmpty(): boolean {
    return this.#annotated.size === 0;
  }

  annotations(reading: Reading, format: string, unit: string, stated: Partial<SourceHeader>): Annotations {
    const counts = new Map<string, number>();
    for (const [identifier, things] of this.#annotated) counts.set(identifier, things.size);
    const { rows, denied } = this;
    return { kind: 'annotations', ...sourceHeader(reading, format, stated), counts, rows, denied, unit };
  }
}

/** An identifier with its prefix, as ontologies have them. */
export function isCurie(text: string): boolean {
  return /^[A-Za-z_][\w.-]*:[^\s:]\S*$/.test(text);
}
