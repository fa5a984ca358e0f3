/**
 * Names of covariates: that of the column, where nothing else has it.
 *
 * Promises: no longer than a name may be, with no half character at its end.
 */
import { isReservedCovariate, OWN_COVARIATE } from '../core/covariate-names';

const LONGEST_NAME = 60;
/** Keys that do not survive in every object that carries values by name. */
const KEYS_OF_OBJECTS = ['__proto__', 'constructor', 'prototype'];

const cut = (text: string, length: number) => text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');

/** @param taken names of other covariates */
export function freeName(column: string, taken: readonly string[]): string {
  const reserved = isReservedCovariate(column) || KEYS_OF_OBJECTS.includes(column);
  const name = cut(reserved ? `${OWN_COVARIATE}${column}` : column, LONGEST_NAME) || 'column';
  if (!taken.includes(name)) return name;
  for (let number = 2; ; number += 1) {
    const numbered = `${cut(name, LONGEST_NAME - 6)} (${number})`;
    if (!taken.includes(numbered)) return numbered;
  }
}
