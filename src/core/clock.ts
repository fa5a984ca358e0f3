/** Time comes in as an argument, so that everything above it is pure and tests own the clock. */
export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
}
