/**
 * IEEE 754 binary16, the two-byte float that weights are kept in.
 *
 * Promises: decoding is exact; encoding rounds to nearest, ties to even, and says where a value did not fit.
 */

/** Binary16 → binary32, exact for every one of the 65,536 patterns. */
export function decodeF16(halves: Uint16Array, values = new Float32Array(halves.length)): Float32Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!;
    const sign = (half & 0x8000) << 16;
    const exponent = (half >>> 10) & 0x1f;
    const mantissa = half & 0x3ff;
    if (exponent === 0x1f) words[i] = sign | 0x7f800000 | (mantissa << 13);
    else if (exponent > 0) words[i] = sign | ((exponent + 112) << 23) | (mantissa << 13);
    else values[i] = (sign === 0 ? mantissa : -mantissa) * 2 ** -24;
  }
  return values;
}

/** What becomes infinite when rounded to binary16: 65,520 and above, the middle between the largest number and the next. */
const F16_OVERFLOW = 0x477ff000;
/** 2⁻¹⁴, the smallest normal number of binary16. */
const F16_NORMAL = 0x38800000;

/** Binary32 → binary16, to nearest, ties to even. What does not fit, NaN included, becomes infinite: see `overflow`. */
export function encodeF16(values: Float32Array): { halves: Uint16Array; overflow: number | null } {
  const words = new Uint32Array(values.slice().buffer);
  const halves = new Uint16Array(values.length);
  let overflow: number | null = null;
  for (let i = 0; i < values.length; i++) {
    const sign = (words[i]! >>> 16) & 0x8000;
    const magnitude = words[i]! & 0x7fffffff;
    if (magnitude >= F16_OVERFLOW) {
      overflow ??= i;
      halves[i] = sign | 0x7c00;
    } else if (magnitude < F16_NORMAL) {
      halves[i] = sign | halfToEven(Math.abs(values[i]!) * 2 ** 24);
    } else {
      // Rounding up may carry into the exponent, which is what it should do.
      halves[i] = sign | halfToEven((magnitude - 0x38000000) / 8192);
    }
  }
  return { halves, overflow };
}

/** The nearest whole number of one ≥ 0, ties to even. */
export function halfToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return low + (rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? 1 : 0);
}
