/**
 * A long run leaves the page's and the worker's memory as it was, but for its records: the heaps after a collection, at a
 * quarter of the run and near its end. `npm run soak:memory` takes 200 epochs.
 */
import { expect, test, type CDPSession, type Page } from '@playwright/test';
import { LabPage, writeFiles } from './lab-page';

const EPOCHS = Number(process.env.MEMORY_EPOCHS ?? 0);
test.skip(EPOCHS === 0, 'a long run is measured by npm run soak:memory');
/** What may be added from one evaluation to the next: its records and what charts make of them, and a fixed play. */
const GROWTH_BYTES = 1024 * 1024 + EPOCHS * 16 * 1024;

/** Asks page and worker alike: heaps in bytes after a full collection. */
class Heaps {
  #worker: string | null = null;
  #next = 0;
  readonly #answers = new Map<number, (result: unknown) => void>();

  private constructor(private readonly session: CDPSession) {
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker') this.#worker = sessionId;
    });
    session.on('Target.receivedMessageFromTarget', ({ message }) => {
      const { id, result } = JSON.parse(message) as { id?: number; result?: unknown };
      if (id !== undefined) this.#answers.get(id)?.(result);
    });
  }

  static async of(page: Page): Promise<Heaps> {
    const session = await page.context().newCDPSession(page);
    const heaps = new Heaps(session);
    await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
    return heaps;
  }

  async bytes(): Promise<{ page: number; worker: number }> {
    await this.session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await this.session.send('Runtime.getHeapUsage');
    await this.#ask('HeapProfiler.collectGarbage');
    return { page: usedSize, worker: ((await this.#ask('Runtime.getHeapUsage')) as { usedSize: number }).usedSize };
  }

  async #ask(method: string): Promise<unknown> {
    expect(this.#worker, 'the worker can be asked').not.toBeNull();
    const id = ++this.#next;
    const answer = new Promise((resolve) => this.#answers.set(id, resolve));
    await this.session.send('Target.sendMessageToTarget', {
      sessionId: this.#worker!,
      message: JSON.stringify({ id, method }),
    });
    return answer;
  }
}

test('memory stays flat over a long run', async ({ page }) => {
  test.setTimeout(60_000 + EPOCHS * 2_000);
  const files = await writeFiles();
  const lab = new LabPage(page);
  await page.goto('/');
  await lab.choose(files.model, files.ontology);
  await lab.set({
    ...{ 'Seen pairs': '4', 'Withheld pairs': '2', 'Rank bins': '2', 'Batch size': '4', 'Samples k': '0' },
    Epochs: String(EPOCHS),
  });
  await page.getByRole('checkbox', { name: 'id→term' }).uncheck();
  const heaps = await Heaps.of(page);
  await lab.run.click();
  const epoch = async () => Number(/epoch (\d+)/i.exec(await lab.bar.innerText())?.[1] ?? 0);
  const at = async (wanted: number) => {
    await expect.poll(epoch, { timeout: 30_000 + EPOCHS * 2_000, intervals: [250] }).toBeGreaterThanOrEqual(wanted);
    return heaps.bytes();
  };
  const early = await at(Math.ceil(EPOCHS / 4));
  const late = await at(Math.floor(EPOCHS * 0.95));
  const text = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  for (const heap of ['page', 'worker'] as const) {
    console.log(`${EPOCHS} epochs, ${heap}: ${text(early[heap])} at a quarter, ${text(late[heap])} near the end`);
    expect(late[heap] - early[heap], `growth of the ${heap}'s heap`).toBeLessThan(GROWTH_BYTES);
  }
  await lab.ended();
});
