/** Training time as people read it: whole epochs bare, a point inside an epoch with at most two decimals. */
export function epochText(epoch: number): string {
  return String(Number(epoch.toFixed(2)));
}
