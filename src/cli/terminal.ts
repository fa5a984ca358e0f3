/**
 * What a command may touch of its terminal, so that tests can hand it another one.
 */
export interface Terminal {
  /** Answers: stdout. */
  out(text: string): void;
  /** Progress, warnings and errors: stderr. */
  log(text: string): void;
  /** Rewrites the last line of stderr; null where it is no terminal. */
  rewrite: ((text: string) => void) | null;
  columns: number;
  nowMs(): number;
  /** Calls back on Ctrl-C or a polite kill; returns how to stop listening. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the process at once. */
  exitNow(code: number): void;
}

const CLEAR_LINE = '\r\u001b[K';

export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  return {
    out: (text) => void stdout.write(`${text}\n`),
    log: (text) => void stderr.write(`${text}\n`),
    rewrite: stderr.isTTY ? (text) => void stderr.write(`${CLEAR_LINE}${text}`) : null,
    columns: stderr.columns ?? 100,
    nowMs: () => Date.now(),
    exitNow: (code) => process.exit(code),
    onInterrupt(listener) {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
  };
}
