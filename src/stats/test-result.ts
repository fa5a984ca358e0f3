/** What a test gives: a statistic, its p-value, and which test it was. */
export interface TestResult {
  statistic: number;
  p: number;
  method: string;
}

export const ALTERNATIVES = ['two-sided', 'greater', 'less'] as const;
export type Alternative = (typeof ALTERNATIVES)[number];
