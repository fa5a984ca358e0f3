/** What the page's own thread does while something goes on, from a trace: thread time, which other processes do not lengthen. */
import { expect, type Page } from '@playwright/test';

/** What `work` cost, in milliseconds of thread time. */
export interface Cost {
  /** The longest task of the page's own thread. */
  longestMs: number;
  /** All tasks of the page's thread and of its workers together. */
  busyMs: number;
}

export async function longestTaskMs(page: Page, work: () => Promise<void>): Promise<number> {
  return (await costOf(page, work)).longestMs;
}

/**
 * Waits for an element, and words in it, without asking for roles or names, which is work of the page's own thread. A file that
 * measures tasks also turns Playwright's own trace off: it copies the page on that thread.
 */
export async function appears(page: Page, selector: string, words?: RegExp): Promise<void> {
  await page.waitForFunction(
    ([wanted, pattern]) => new RegExp(pattern).test(document.querySelector<HTMLElement>(wanted)?.textContent ?? '\0'),
    [selector, words?.source ?? '[^\\0]'] as const,
    { timeout: 90_000, polling: 100 },
  );
}

interface TraceEvent {
  name: string;
  ph: string;
  tid: number;
  pid: number;
  /** Microseconds: when it began, how long by the clock, how long on the processor. */
  ts: number;
  dur?: number;
  tdur?: number;
  args?: { name?: string; data?: { url?: string } };
}

export async function costOf(page: Page, work: () => Promise<void>): Promise<Cost> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => void events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] },
  });
  await work();
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.end');
  await complete;
  const main = tasksOf(events, /^CrRendererMain$/);
  expect(main.length, 'the trace shows tasks of the main thread').toBeGreaterThan(10);
  const all = [...main, ...tasksOf(events, /^DedicatedWorker/)];
  return { longestMs: Math.max(...main), busyMs: all.reduce((sum, ms) => sum + ms, 0) };
}

/** Thread time of each task in milliseconds, without what the test's own looking at the page took in it. */
function tasksOf(events: readonly TraceEvent[], thread: RegExp): number[] {
  const place = ({ pid, tid }: TraceEvent) => `${pid}/${tid}`;
  const threads = new Set(
    events.filter(({ name, args }) => name === 'thread_name' && thread.test(args?.name ?? '')).map(place),
  );
  const onThread = events.filter((event) => event.ph === 'X' && threads.has(place(event)));
  // Scripts of the page have an address; what the debugger was asked to evaluate has none.
  const foreign = onThread.filter(({ name, args }) => name === 'EvaluateScript' && args?.data?.url === undefined);
  return onThread
    .filter(({ name }) => name.endsWith('RunTask'))
    .map((task) => {
      const inside = foreign.filter(
        (script) => place(script) === place(task) && script.ts >= task.ts && script.ts < task.ts + (task.dur ?? 0),
      );
      const tests = inside.reduce((sum, { tdur = 0 }) => sum + tdur, 0);
      return ((task.tdur ?? 0) - tests) / 1000;
    });
}
