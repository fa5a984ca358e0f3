/**
 * What 8-bit codes stand for: the dynamic data type of Dettmers (2016) as bitsandbytes has it, of −1…1 and of 0…1.
 *
 * A value is 10^(e − 6) times the middle of an equal share of 0.1…1, with twice as many shares for each greater e; 0 and 1
 * beside them. Must not know: what is stored in it.
 */
const EXPONENTS = 7;

export function dynamicMap(signed: boolean): Float32Array {
  const values = [0, 1];
  for (let exponent = 0; exponent < EXPONENTS; exponent++) {
    const shares = 2 ** (exponent + (signed ? 0 : 1));
    const scale = 10 ** (exponent - EXPONENTS + 1);
    for (let share = 0; share < shares; share++) {
      const middle = 0.1 + (0.9 * (share + 0.5)) / shares;
      values.push(scale * middle);
      if (signed) values.push(-scale * middle);
    }
  }
  return Float32Array.from(values).sort();
}

/** The signed one, of first moments, and behind it that of second moments. */
export const DYNAMIC_MAPS = Float32Array.from([...dynamicMap(true), ...dynamicMap(false)]);
/** Codes of zero. */
export const ZERO_CODES = { first: 127, second: 0 };
