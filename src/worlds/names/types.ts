/** What a style of names is. Must not know: identifiers, exposures. */

/** Every name is made of one part of each slot, so that a function of the parts is a function of the name. */
export interface NameStyle {
  readonly description: string;
  /** Three slots of at most 100 parts; at most 10 parts of a slot begin with one letter. */
  readonly slots: readonly [readonly string[], readonly string[], readonly string[]];
  join(parts: readonly [string, string, string]): string;
}
