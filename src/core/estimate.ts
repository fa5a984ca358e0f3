/** Every number that is an estimate travels with its interval, its n and the name of its method. */
export interface Estimate {
  value: number;
  lo: number;
  hi: number;
  n: number;
  method: string;
}
