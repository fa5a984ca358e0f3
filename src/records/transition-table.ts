/** Answers to the same questions at two moments, and the test of their change. */
export interface TransitionTable {
  /** right → right, wrong → right, right → wrong, wrong → wrong; first against last evaluation. */
  kept: number;
  gainers: number;
  losers: number;
  never: number;
  mcnemarP: number;
  method: string;
}
