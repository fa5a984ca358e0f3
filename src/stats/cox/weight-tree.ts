/**
 * Sums of weights by rank that change: a binary indexed tree. Source: Fenwick, Software: Practice and Experience 24
 * (1994) 327–336. Promises: adding and splitting in O(log n). Must not know: what is weighed.
 */
export class WeightTree {
  private readonly partial: Float64Array;
  private readonly own: Float64Array;
  private total = 0;

  constructor(ranks: number) {
    this.partial = new Float64Array(ranks + 1);
    this.own = new Float64Array(ranks);
  }

  add(rank: number, weight: number): void {
    this.own[rank]! += weight;
    this.total += weight;
    for (let i = rank + 1; i < this.partial.length; i += i & -i) this.partial[i]! += weight;
  }

  /** Weight at lower ranks, at this one, at higher ones. */
  split(rank: number): { below: number; equal: number; above: number } {
    let below = 0;
    for (let i = rank; i > 0; i -= i & -i) below += this.partial[i]!;
    const equal = this.own[rank]!;
    return { below, equal, above: this.total - below - equal };
  }
}
