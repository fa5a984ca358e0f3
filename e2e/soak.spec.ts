/**
 * Interruptions at drawn moments in the browser: the page's renderer crashes and a new page continues, or the graphics
 * process dies and the run goes on by itself. SOAK_TIMES and SOAK_SEED choose how often and where; the moments are printed.
 */
import { expect, test, type BrowserContext } from '@playwright/test';
import { PhiloxSequence } from '../src/core/philox';
import { LabPage, SMALL_RUN, writeFiles } from './lab-page';

const TIMES = Number(process.env.SOAK_TIMES ?? 2);
const SEED = Number(process.env.SOAK_SEED ?? 17);
const MOMENTS_STREAM = 223;
/** What the page heard from its worker. */
interface Heard {
  /** Messages with records: the clock by which moments are drawn. */
  records: number;
  steps: number;
  /** Steps that stood at each rewind, and how many had been heard of then. */
  rewinds: { to: number; heard: number }[];
  /** SHA-256 of the adapter's weights. */
  adapter: string;
}

/** Every run of this context gets a checkpoint after each step, and tells the test what its worker says. */
async function listen(context: BrowserContext): Promise<Heard> {
  const heard: Heard = { records: 0, steps: 0, rewinds: [], adapter: '' };
  await context.exposeBinding('soakHeard', (_source, kind: string, value: number | string) => {
    if (kind === 'rewind') {
      heard.rewinds.push({ to: Number(value), heard: heard.steps });
      heard.steps = Number(value);
    } else if (kind === 'adapter') {
      heard.adapter = String(value);
    } else {
      heard.records += 1;
      if (kind === 'steps') heard.steps += Number(value);
    }
  });
  await context.addInitScript(() => {
    interface Message {
      kind?: string;
      records?: unknown[];
      steps?: number;
      adapter?: { files: { path: string; bytes: Uint8Array<ArrayBuffer> }[] };
      inputs?: { spec: { checkpoint: unknown } };
    }
    const tell = (globalThis as unknown as { soakHeard: (kind: string, value: unknown) => Promise<void> }).soakHeard;
    const hear = async ({ kind, records, steps, adapter }: Message) => {
      if (kind === 'steps' || kind === 'trials') await tell(kind, records!.length);
      if (kind === 'rewind') await tell(kind, steps);
      const weights = adapter?.files.find(({ path }) => path.endsWith('.safetensors'));
      if (kind !== 'adapter' || weights === undefined) return;
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', weights.bytes));
      await tell(kind, [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
    };
    globalThis.Worker = class extends Worker {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args);
        this.addEventListener('message', ({ data }: MessageEvent<Message>) => void hear(data));
      }
      override postMessage(message: Message, ...rest: never[]): void {
        if (message.kind === 'prepare') message.inputs!.spec.checkpoint = { everySteps: 1, everySeconds: 60 };
        super.postMessage(message, ...rest);
      }
    };
  });
  return heard;
}

async function open(context: BrowserContext, files: { model: string; ontology: string }): Promise<LabPage> {
  const page = await context.newPage();
  const lab = new LabPage(page);
  await page.goto('/');
  await lab.choose(files.model, files.ontology);
  await lab.set({ ...SMALL_RUN, Epochs: '2' });
  const other = page.getByRole('checkbox', { name: 'id→term' });
  if (await other.isChecked()) await other.uncheck();
  await expect(lab.run).toBeEnabled({ timeout: 60_000 });
  return lab;
}

/** Disturbs the run that goes on; returns the page on which it is to end. */
type Disturb = (lab: LabPage, heard: Heard, open: () => Promise<LabPage>) => Promise<LabPage>;

/** The renderer dies, and with it the worker; a new page of the same profile continues. */
const kill: Disturb = async (lab, heard, reopen) => {
  const cdp = await lab.page.context().newCDPSession(lab.page);
  const dead = lab.page.waitForEvent('crash');
  cdp.send('Page.crash').catch(() => undefined);
  await dead;
  await lab.page.close();
  const next = await reopen();
  const again = next.page.getByRole('button', { name: 'Continue' });
  if (heard.adapter !== '') return next; // It ended while it was being killed.
  if (await again.isVisible()) {
    await again.click();
  } else {
    // It had not come to its first checkpoint: from the start.
    heard.rewinds.push({ to: 0, heard: heard.steps });
    heard.steps = 0;
    await next.run.click();
  }
  return next;
};

/** The graphics process dies; nobody does anything about it. Whether it died is told by the run, which goes back. */
const loseDevice: Disturb = async (lab) => {
  const session = await lab.page.context().browser()!.newBrowserCDPSession();
  await session.send('Browser.crashGpuProcess' as never).catch(() => undefined);
  return lab;
};

test('a page that is killed, and a device that is lost, at any moment: the run ends in the same bytes', async ({
  page,
}) => {
  test.setTimeout(120_000 + TIMES * 80_000);
  const context = page.context();
  const heard = await listen(context);
  const files = await writeFiles();
  let lab = await open(context, files);
  await lab.run.click();
  await expect.poll(() => heard.adapter, { timeout: 120_000 }).not.toBe('');
  await lab.ended();
  const whole = { trials: await lab.record('trials.jsonl'), steps: heard.steps, adapter: heard.adapter };
  const [records, draws] = [heard.records, new PhiloxSequence(SEED, MOMENTS_STREAM)];
  expect(whole.steps).toBeGreaterThan(4);

  /** So many disturbed runs, each held against the undisturbed one. */
  async function disturbed(name: string, disturb: Disturb): Promise<void> {
    let time = 0;
    for (let tries = 0; time < TIMES && tries < 2 * TIMES; tries++) {
      Object.assign(heard, { records: 0, steps: 0, rewinds: [], adapter: '' } satisfies Heard);
      const moment = 1 + Math.floor(draws.nextUnit() * (records - 1));
      const delayMs = Math.floor(draws.nextUnit() * 100);
      await lab.run.click();
      await expect.poll(() => heard.records, { timeout: 120_000, intervals: [2] }).toBeGreaterThanOrEqual(moment);
      await lab.page.waitForTimeout(delayMs);
      if (heard.adapter !== '') {
        console.log(`${name}: at message ${moment} of ${records} + ${delayMs} ms the run had ended`);
        await lab.ended();
        continue;
      }
      lab = await disturb(lab, heard, () => open(context, files));
      const failure = lab.page.getByRole('alert');
      const end = async () => (heard.adapter === '' ? ((await failure.allTextContents())[0] ?? 'goes on') : 'done');
      await expect.poll(end, { timeout: 120_000 }).not.toBe('goes on');
      expect(await end()).toBe('done');
      await lab.ended();
      const repeated = heard.rewinds.map(({ to, heard: before }) => before - to);
      console.log(
        `${name} ${time + 1}: at message ${moment} of ${records} + ${delayMs} ms, recorded steps repeated: ${repeated.join()}`,
      );
      expect(Math.max(0, ...repeated)).toBeLessThanOrEqual(1);
      expect(heard.steps).toBe(whole.steps);
      expect(heard.adapter).toBe(whole.adapter);
      expect(await lab.record('trials.jsonl')).toBe(whole.trials);
      await expect(lab.page.getByText('This run · finished')).toBeVisible();
      await expect(failure).toHaveCount(0);
      if (heard.rewinds.length === 0) {
        console.log(`${name}: at message ${moment} of ${records} + ${delayMs} ms nothing was lost`);
        continue;
      }
      // A device that is lost is told.
      if (disturb === loseDevice) await expect(lab.page.getByText('The graphics device was lost once')).toBeVisible();
      time += 1;
    }
    expect(time, `runs disturbed by ${name}`).toBeGreaterThan(0);
  }
  await test.step('the page is killed', () => disturbed('kill', kill));
  await test.step('the device is lost', () => disturbed('device', loseDevice));
});
