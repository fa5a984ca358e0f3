/**
 * Names that no covariate of a table may have: the records, their tables and the models use them for what they compute.
 *
 * Must not know: what is computed under them.
 */

/** Before the name of a table's column where the bare name means something else. */
export const OWN_COVARIATE = 'covariate.';

const POPULARITY = ['count', 'rank', 'entity'];
const COMPUTED = /^(lexical|tokens)\./;

export function isReservedCovariate(name: string): boolean {
  return POPULARITY.includes(name) || COMPUTED.test(name);
}
