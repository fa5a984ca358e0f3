/** Progress is for the eye: a few times a second will do. Must not know: whose progress. */
const PROGRESS_INTERVAL_MS = 100;

export function throttled<T>(report: (value: T) => void): (value: T) => void {
  let lastMs = -Infinity;
  return (value) => {
    const nowMs = performance.now();
    if (nowMs - lastMs < PROGRESS_INTERVAL_MS) return;
    lastMs = nowMs;
    report(value);
  };
}
