/** A run's folder: what is written when, and what another process finds in it. */
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { RunStore } from '../../../src/cli/run-store';
import { openRunFolder } from '../../../src/cli/stored-run';
import type { PreparedRun } from '../../../src/experiment';
import { readRun } from '../../../src/records';
import { bitsOf, runOnFake, type HarnessOptions } from '../../helpers/run-harness';
import { useTemporaryFolder } from '../../helpers/temporary';
import { prepareTiny } from '../../helpers/tiny-run';

const place = useTemporaryFolder();
let prepared: PreparedRun;
beforeAll(async () => {
  prepared = await prepareTiny('sampling.seen=2', 'sampling.withheld=1', 'train.batchSize=4');
});

async function runInto(folder: string, options: HarnessOptions = {}, resume = false) {
  const store = new RunStore(folder);
  const resumeFrom = resume ? ((await store.resumePoint()) ?? undefined) : undefined;
  const log = await runOnFake(prepared, {
    ...options,
    ...(resumeFrom ? { resumeFrom } : {}),
    onEvent: (event) => store.write(event),
  });
  await store.close();
  return log;
}

const texts = async (folder: string) => {
  const text = (name: string) => readFile(path.join(folder, name), 'utf8');
  return {
    manifest: await text('manifest.json'),
    facts: await text('facts.jsonl'),
    trials: await text('trials.jsonl'),
    steps: await text('steps.jsonl'),
    summary: await text('summary.json'),
  };
};

describe('a run’s folder', () => {
  it('holds the records, the checkpoint and an adapter per direction', async () => {
    const folder = await place('whole');
    const log = await runInto(folder);
    expect((await readdir(folder)).sort()).toEqual([
      'adapters',
      'checkpoint.bin',
      'facts.jsonl',
      'manifest.json',
      'steps.jsonl',
      'summary.json',
      'trials.jsonl',
    ]);
    const bundle = readRun(await texts(folder));
    expect(bundle.facts).toEqual(log.facts);
    expect(bundle.trials).toEqual(log.trials);
    expect(bundle.steps).toEqual(log.steps);
    expect(bundle.summary).toEqual(log.summary);
    expect(bundle.manifest).toEqual(log.manifests.at(-1));
    for (const direction of ['term-to-id', 'id-to-term']) {
      expect((await readdir(path.join(folder, 'adapters', direction))).sort()).toEqual([
        'adapter_config.json',
        'adapter_model.safetensors',
      ]);
    }
  });

  it('is not made before the run’s first manifest', async () => {
    const folder = await place('never');
    const log = await runInto(folder, { onCall: () => {}, device: 'none' });
    expect(log.error).toBeNull();
    const late = await place('late');
    const store = new RunStore(late);
    await store.write({ kind: 'progress', progress: log.progress[0]!.progress });
    expect(existsSync(late)).toBe(false);
  });

  it('continues after a cancel to the bytes of an uninterrupted run, torn lines and all', async () => {
    const whole = await place('reference');
    await runInto(whole);
    const folder = await place('stopped');
    const stopped = await runInto(folder, { onCall: (call, runner) => call === 12 && runner.cancel() });
    expect(stopped.manifests.at(-1)!.state).toBe('cancelled');
    readRun(await texts(folder));
    // As if the process had died while writing what no checkpoint counts.
    await appendFile(path.join(folder, 'trials.jsonl'), '{"fact":"half a li');
    await appendFile(path.join(folder, 'steps.jsonl'), '{}\n');
    const continued = await runInto(folder, {}, true);
    expect(continued.error).toBeNull();
    const [a, b] = [await texts(whole), await texts(folder)];
    expect(b.facts).toBe(a.facts);
    expect(b.trials).toBe(a.trials);
    expect(b.steps).toBe(a.steps);
    expect(b.summary).toBe(a.summary);
    for (const direction of ['term-to-id', 'id-to-term']) {
      const file = path.join('adapters', direction, 'adapter_model.safetensors');
      expect(await readFile(path.join(folder, file))).toEqual(await readFile(path.join(whole, file)));
    }
  });

  it('keeps its records as they are when they do not reach the checkpoint', async () => {
    const folder = await place('short');
    await runInto(folder, { onCall: (call, runner) => call === 12 && runner.cancel() });
    const trials = path.join(folder, 'trials.jsonl');
    await truncate(trials, 100);
    expect((await runInto(folder, {}, true)).error?.code).toBe('checkpoint-mismatch');
    expect((await readFile(trials)).length).toBe(100);
  });

  it('does not begin anew when its checkpoint is there but cannot be read', async () => {
    const folder = await place('unreadable');
    await runInto(folder, { onCall: (call, runner) => call === 12 && runner.cancel() });
    const checkpoint = path.join(folder, 'checkpoint.bin');
    await rm(checkpoint);
    await mkdir(checkpoint);
    await expect(new RunStore(folder).resumePoint()).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringContaining(checkpoint),
    });
  });

  it('is refused when it holds anything, and replaced without touching what is not a run’s', async () => {
    const folder = await place('replaced');
    await runInto(folder);
    await writeFile(path.join(folder, 'notes.txt'), 'mine');
    await expect(new RunStore(folder).refuseUsed()).rejects.toMatchObject({
      code: 'output-exists',
      message: expect.stringContaining('holds a run'),
    });
    await writeFile(path.join(folder, 'adapters', 'old.bin'), 'old');
    const log = await runInto(folder);
    expect(await readdir(path.join(folder, 'adapters'))).not.toContain('old.bin');
    expect(await readFile(path.join(folder, 'notes.txt'), 'utf8')).toBe('mine');
    expect((await texts(folder)).trials).toBe(bitsOf(log).trials);
  });

  it('may be empty or absent', async () => {
    await mkdir(await place('empty'));
    await new RunStore(await place('empty')).refuseUsed();
    await new RunStore(await place('absent')).refuseUsed();
    expect(await new RunStore(await place('absent')).resumePoint()).toBeNull();
    expect(await new RunStore(await place('absent')).manifest()).toBeNull();
  });
});

describe('the folder of a run with probes', () => {
  const NAMES = ['canaries.jsonl', 'language.jsonl', 'embeddings.jsonl'];
  beforeAll(async () => {
    prepared = await prepareTiny(
      ...['sampling.seen=2', 'sampling.withheld=1', 'train.batchSize=4', 'train.epochs=1', 'evaluation.samples=0'],
      'evaluation.probes.embeddings={"at":"every"}',
      'evaluation.probes.canaries={"count":3,"tokens":2}',
      'evaluation.probes.languageLoss={"texts":70,"tokens":3}',
    );
  });
  const filesOf = async (folder: string) => {
    const { files, bundle } = await openRunFolder(folder);
    return {
      bundle,
      bytes: new Map(files.filter(({ path: file }) => file !== 'manifest.json').map((f) => [f.path, f.bytes])),
    };
  };

  it('holds their records and vectors, and is cut to its checkpoint where it goes on', async () => {
    const whole = await place('probes-reference');
    const log = await runInto(whole);
    const reference = await filesOf(whole);
    expect(reference.bundle.probes).toEqual(log.probes);
    const vectors = [...reference.bytes.keys()].filter((file) => file.startsWith('embeddings/'));
    expect(vectors).toHaveLength(4);
    const folder = await place('probes-stopped');
    // Within the texts of the second evaluation: one part of 64 is written, the other is not.
    let texts = 0;
    const store = new RunStore(folder);
    const stopped = await runOnFake(prepared, {
      async onEvent(event, { runner }) {
        await store.write(event);
        if (event.kind === 'probes' && event.probe === 'language' && ++texts === 3) runner.cancel();
      },
    });
    await store.close();
    expect(stopped.probes.language).toHaveLength(70 + 64);
    expect(stopped.checkpoints.at(-1)!.probeLines).toEqual({ embeddings: 4, canaries: 6, language: 134 });
    for (const name of NAMES) await appendFile(path.join(folder, name), '{"torn');
    expect((await runInto(folder, {}, true)).error).toBeNull();
    expect((await filesOf(folder)).bytes).toEqual(reference.bytes);
  });

  it('loses what probes wrote when another run takes its place', async () => {
    const folder = await place('probes-replaced');
    await runInto(folder);
    expect(await readdir(folder)).toEqual(expect.arrayContaining([...NAMES, 'embeddings']));
    prepared = await prepareTiny('sampling.seen=2', 'sampling.withheld=1', 'train.epochs=0', 'evaluation.samples=0');
    await runInto(folder);
    const left = await readdir(folder);
    for (const name of [...NAMES, 'embeddings']) expect(left).not.toContain(name);
  });
});
