/** Lets whoever shares this thread have a turn: resolves in a task of its own. */
export function nextTask(): Promise<void> {
  // eslint-disable-next-line no-restricted-globals -- every host has it, and no time passes that anyone counts
  return new Promise((resolve) => setTimeout(resolve));
}
