/**
 * A packed row: many short token sequences (segments) laid end to end, the unit the engine computes on.
 *
 * Attention is causal within a segment. Token `t` of a row attends to `segmentStart[t] … t`; its rotary position is
 * `t − segmentStart[t]`. Only supervised positions reach the LM head.
 */
export interface PackedRow {
  /** Token ids, [tokens]. */
  ids: Uint32Array;
  /** Index of the first token of the segment that token t belongs to, [tokens]. */
  segmentStart: Uint32Array;
  /** Position in the row whose output predicts the label, [supervised], ascending. */
  supervisedIndex: Uint32Array;
  /** Token id to be predicted there, [supervised]. */
  labels: Uint32Array;
  /** Caller's index of the example that the supervised position belongs to, [supervised], non-decreasing. */
  example: Uint32Array;
}

/** One prompt–completion pair in tokens. The completion ends with its stop token. */
export interface TokenExample {
  prompt: Uint32Array;
  completion: Uint32Array;
}
