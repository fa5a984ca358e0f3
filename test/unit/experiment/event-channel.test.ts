import { describe, expect, it } from 'vitest';
import { EventChannel } from '../../../src/experiment/event-channel';
import type { RunEvent } from '../../../src/experiment';

const steps = (step: number) => ({ kind: 'steps', records: [{ step }] }) as unknown as RunEvent;
const progress = (fraction: number) => ({ kind: 'progress', progress: { fraction } }) as unknown as RunEvent;

describe('the event channel', () => {
  it('lets the producer go on only when the consumer has come back', async () => {
    const channel = new EventChannel();
    let accepted = false;
    const put = channel.put(steps(1)).then(() => (accepted = true));
    await channel.next();
    await Promise.resolve();
    expect(accepted).toBe(false);
    const second = channel.next();
    await put;
    expect(accepted).toBe(true);
    channel.end();
    expect(await second).toEqual({ done: true, value: undefined });
  });

  it('keeps the order and replaces progress that nobody has read', async () => {
    const channel = new EventChannel();
    channel.post(progress(0.1));
    channel.post(progress(0.2));
    void channel.put(steps(1));
    channel.post(progress(0.3));
    channel.end();
    const seen = [];
    for await (const event of channel) seen.push(event);
    expect(seen).toEqual([progress(0.2), steps(1), progress(0.3)]);
  });

  it('throws the failure after the last event', async () => {
    const channel = new EventChannel();
    void channel.put(steps(1));
    channel.end(new Error('broken'));
    expect((await channel.next()).value).toEqual(steps(1));
    await expect(channel.next()).rejects.toThrow('broken');
  });

  it('tells a producer whose consumer has left', async () => {
    let left = 0;
    const channel = new EventChannel(() => left++);
    const put = channel.put(steps(1));
    await channel.return();
    await expect(put).rejects.toMatchObject({ code: 'cancelled' });
    await expect(channel.put(steps(2))).rejects.toMatchObject({ code: 'cancelled' });
    expect(left).toBe(1);
    expect(channel.abandoned).toBe(true);
  });

  it('does not call a loop that ran to its end a departure', async () => {
    let left = 0;
    const channel = new EventChannel(() => left++);
    channel.end();
    for await (const event of channel) expect(event).toBeUndefined();
    await channel.return();
    expect(left).toBe(0);
  });
});
