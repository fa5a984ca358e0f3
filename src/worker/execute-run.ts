/**
 * A prepared run to its end, in a browser, and a pretraining likewise.
 *
 * Promises: a lost device is replaced and the run continues from its last checkpoint; what has happened is handed to the
 * feed before this returns or throws. Must not know: messages, who asked.
 */
import {
  firstProbeRecords,
  LostDevices,
  Runner,
  type PreparedRun,
  type ResumePoint,
  type RunnerHost,
} from '../experiment';
import type { RunStorage } from '../platform/storage';
import { probeRecordsOf } from '../records';
import type { Records } from './kept-records';
import type { RunControl } from './run-control';
import type { RunFeed } from './run-feed';

/** Where a kept run goes on; null where it has no checkpoint. */
export async function keptPoint(
  storage: Pick<RunStorage<Records>, 'load' | 'checkpoint'>,
  key: string,
): Promise<ResumePoint | null> {
  const [records, checkpoint] = await Promise.all([storage.load(key), storage.checkpoint(key)]);
  if (records === null || checkpoint === null) return null;
  return {
    checkpoint,
    trials: records.trials.slice(0, checkpoint.trialLines),
    steps: records.steps.slice(0, checkpoint.stepLines),
    probes: firstProbeRecords(probeRecordsOf(records.probes), checkpoint.probeLines),
    manifest: records.manifest,
  };
}

/** @param from where the run goes on, already said to the feed; null: at its start */
export async function executeRun(
  prepared: PreparedRun,
  host: RunnerHost,
  { feed, verbs, from }: { feed: RunFeed; verbs: RunControl; from: ResumePoint | null },
): Promise<void> {
  await throughLostDevices({ makeRunner: () => new Runner(prepared, host), feed, verbs, from });
}

interface LongWork<Event, Point extends { checkpoint: unknown }> {
  makeRunner(): Parameters<RunControl['attach']>[0] & { run(options: { resumeFrom?: Point }): AsyncIterable<Event> };
  feed: {
    take(event: Event): Promise<void>;
    settled(): Promise<void>;
    readonly resumePoint: Point | null;
    continueFrom(point: Point | null, deviceLost: boolean): void;
  };
  verbs: RunControl;
  from: Point | null;
}

/** Something that takes long to its end: what runs and pretraining share. Throws what the work itself throws. */
export async function throughLostDevices<Event, Point extends { checkpoint: unknown }>({
  makeRunner,
  feed,
  verbs,
  from,
}: LongWork<Event, Point>): Promise<void> {
  let at = from;
  const losses = new LostDevices();
  for (;;) {
    const runner = makeRunner();
    verbs.attach(runner);
    try {
      for await (const event of runner.run(at === null ? {} : { resumeFrom: at })) await feed.take(event);
      return;
    } catch (thrown) {
      const next = feed.resumePoint;
      await losses.survive(thrown, next?.checkpoint !== at?.checkpoint);
      at = next;
      feed.continueFrom(at, true);
    } finally {
      await feed.settled();
    }
  }
}
