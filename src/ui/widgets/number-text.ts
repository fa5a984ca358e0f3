/** Numbers as people type them: digits, a point, an exponent, and nothing else. Must not know: fields. */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const PARTS = /^([+-]?\d*(?:\.(\d*))?)(e[+-]?\d+)?$/i;

/** The number that the whole text is; NaN where it is none, or not yet one: never a number of a part of it. */
export function numberOf(text: string): number {
  const number = NUMBER.test(text.trim()) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : Number.NaN;
}

/** One more or less in the last digit that is written: 0.05 → 0.06, 5e-5 → 6e-5, 20 → 21. Null where it is no number. */
export function stepped(text: string, by: 1 | -1): string | null {
  if (Number.isNaN(numberOf(text))) return null;
  const [, mantissa = '', decimals = '', exponent = ''] = PARTS.exec(text.trim())!;
  return (Number(mantissa) + by * 10 ** -decimals.length).toFixed(decimals.length) + exponent;
}
