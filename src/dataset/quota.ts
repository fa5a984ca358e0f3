/**
 * How many pairs each rank bin gives.
 *
 * Ranks 0 … n−1 are cut into bins of equal width: rank r lies in bin ⌊r · bins / n⌋, so sizes differ by at most one.
 * `asked` pairs are spread evenly: bin b gives ⌊(b+1) · asked / bins⌋ − ⌊b · asked / bins⌋, which is exactly asked / bins where
 * that is whole, and else puts the remainder at even distances over the whole range of popularity. What a bin cannot
 * give, the nearest bin with room gives instead (equally near: the more popular one); that happens only with remainders.
 */

export function binOf(rank: number, n: number, bins: number): number {
  return Math.floor((rank * bins) / n);
}

/** Pairs per bin, before looking at what the bins hold. */
export function evenQuota(asked: number, bins: number): number[] {
  return Array.from({ length: bins }, (_, b) => Math.floor(((b + 1) * asked) / bins) - Math.floor((b * asked) / bins));
}

/** Quotas of both parts that fit into bins of the given sizes. Demands seen + withheld ≤ Σ sizes. */
export function fitQuotas(
  sizes: readonly number[],
  seen: number,
  withheld: number,
): { seen: number[]; withheld: number[] } {
  const parts = { seen: evenQuota(seen, sizes.length), withheld: evenQuota(withheld, sizes.length) };
  const room = (b: number) => sizes[b]! - parts.seen[b]! - parts.withheld[b]!;
  for (let b = 0; b < sizes.length; b++) {
    while (room(b) < 0) {
      const part = parts.withheld[b]! > 0 ? parts.withheld : parts.seen;
      part[b]! -= 1;
      part[nearestWithRoom(b, sizes.length, room)]! += 1;
    }
  }
  return parts;
}

function nearestWithRoom(from: number, bins: number, room: (bin: number) => number): number {
  for (let distance = 1; distance < bins; distance++) {
    for (const bin of [from - distance, from + distance]) {
      if (bin >= 0 && bin < bins && room(bin) > 0) return bin;
    }
  }
  throw new RangeError('the bins hold fewer pairs than are asked for');
}

/** Quota of one part that fits into bins of the given sizes. Demands asked ≤ Σ sizes. */
export function fitQuota(sizes: readonly number[], asked: number): number[] {
  return fitQuotas(sizes, asked, 0).seen;
}
