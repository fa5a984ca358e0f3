/** Numbers as people write them in tables. */

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** A finite number: digits, perhaps a sign, a fraction, an exponent. NaN for anything else, hexadecimal and blanks too. */
export function parseDecimal(text: string): number {
  const number = DECIMAL.test(text) ? Number(text) : NaN;
  return Number.isFinite(number) ? number : NaN;
}
