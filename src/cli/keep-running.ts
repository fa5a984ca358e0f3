/**
 * Something that takes long, run to its end on this machine: what runs and pretraining share.
 *
 * Promises: Ctrl-C ends it at the next safe point, a second one at once; a lost device is replaced and the work continues
 * from the checkpoint on disk, to the same bytes. Must not know: what is computed.
 */
import { LostDevices } from '../experiment';
import type { ProgressLine } from './progress-line';
import type { Terminal } from './terminal';

/** Exit status of an interrupted run, as shells count it. */
export const INTERRUPTED = 130;

export interface LongWork<Event, Point> {
  makeRunner(): { run(options: { resumeFrom?: Point }): AsyncIterable<Event>; cancel(): void };
  /** Null: from the start. */
  from: Point | null;
  take(event: Event): Promise<void>;
  /** Ends writing. */
  close(): Promise<void>;
  /** Where the stopped work can go on. */
  resumePoint(): Promise<Point | null>;
  /** `after 12 steps`, for people. */
  where(point: Point): string;
  /** Equal exactly where as much has been recorded. */
  place(point: Point): string;
}

/** Throws what the work itself throws. */
export async function keepRunning<Event, Point>(
  work: LongWork<Event, Point>,
  line: ProgressLine,
  terminal: Terminal,
): Promise<void> {
  let runner = work.makeRunner();
  let interrupts = 0;
  const stopListening = terminal.onInterrupt(() => {
    interrupts += 1;
    if (interrupts > 1) terminal.exitNow(INTERRUPTED);
    line.close();
    terminal.log('Stopping at the next safe point; press Ctrl-C again to stop at once.');
    runner.cancel();
  });
  const placeOf = (point: Point | null) => (point === null ? 'start' : work.place(point));
  let { from } = work;
  const losses = new LostDevices();
  try {
    for (;;) {
      try {
        for await (const event of runner.run(from === null ? {} : { resumeFrom: from })) await work.take(event);
        return;
      } catch (thrown) {
        await work.close();
        const next = await work.resumePoint();
        await losses.survive(thrown, placeOf(next) !== placeOf(from));
        line.close();
        const where = next === null ? 'from the start' : work.where(next);
        terminal.log(`The GPU device was lost: continuing with a new one ${where}.`);
        from = next;
        runner = work.makeRunner();
        if (interrupts > 0) runner.cancel();
      }
    }
  } finally {
    stopListening();
    line.close();
    await work.close();
  }
}
