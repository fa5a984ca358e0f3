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

export async function costOf(page: Page, work: () => Promise<void>): Promise<Cost> {
  const session = await page.context().newCDPSession(page);
  const events: { name: string; ph: string; tid: number; pid: number; tdur?: number; args?: { name?: string } }[] = [];
  session.on('Tracing.dataCollected', ({ value }) => void events.push(...(value as unknown as typeof events)));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] },
  });
  await work();
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.end');
  await complete;
  const tasksOf = (thread: RegExp) => {
    const threads = new Set(
      events
        .filter(({ name, args }) => name === 'thread_name' && thread.test(args?.name ?? ''))
        .map(({ pid, tid }) => `${pid}/${tid}`),
    );
    return events
      .filter(({ name, ph, pid, tid }) => ph === 'X' && name.endsWith('RunTask') && threads.has(`${pid}/${tid}`))
      .map(({ tdur = 0 }) => tdur / 1000);
  };
  const main = tasksOf(/^CrRendererMain$/);
  expect(main.length, 'the trace shows tasks of the main thread').toBeGreaterThan(10);
  const all = [...main, ...tasksOf(/^DedicatedWorker/)];
  return { longestMs: Math.max(...main), busyMs: all.reduce((sum, ms) => sum + ms, 0) };
}
