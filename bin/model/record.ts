/**
 * `npm run record:model`: runs the bundled model's experiment and keeps its bundle for the page.
 *
 * Promises: the bundle is what `ontoscope run` and `ontoscope bundle` make; an interrupted or finished run under runs/ is
 * taken up; entries of public/recorded/index.json that are not this run's stay as they are.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { main } from '../../src/cli/main';
import { processTerminal } from '../../src/cli/terminal';
import { sha256Hex } from '../../src/core/hash';
import { openBundle } from '../../src/records';

const NAME = 'primer';
const EXPERIMENT = `public/models/${NAME}/experiment.json`;
const RUN = `runs/${NAME}`;
const RECORDED = 'public/recorded';
const INDEX = path.join(RECORDED, 'index.json');
const BUNDLE = `${NAME}.zip`;

interface RecordedIndex {
  indexVersion: 1;
  runs: { name: string }[];
  studies: object[];
}

async function record(): Promise<number> {
  const ontoscope = (...argv: string[]) => main(argv, processTerminal());
  const ran = await ontoscope('run', EXPERIMENT, '--out', RUN, '--resume');
  if (ran !== 0) return ran;
  await mkdir(RECORDED, { recursive: true });
  const file = path.join(RECORDED, BUNDLE);
  const bundled = await ontoscope('bundle', RUN, '--out', file, '--with-pairs', '--force');
  if (bundled !== 0) return bundled;
  const bytes = await readFile(file);
  const { manifest } = openBundle(bytes, file).bundle;
  const entry = {
    name: NAME,
    title: 'What the primer knew, and how it learned the rest',
    description: manifest.spec.description,
    model: NAME,
    bundle: BUNDLE,
    bytes: bytes.length,
    sha256: sha256Hex(bytes),
  };
  const index = await readFile(INDEX, 'utf8').then(
    (text) => JSON.parse(text) as RecordedIndex,
    (): RecordedIndex => ({ indexVersion: 1, runs: [], studies: [] }),
  );
  const runs = [entry, ...index.runs.filter(({ name }) => name !== NAME)];
  await writeFile(INDEX, `${JSON.stringify({ ...index, runs }, null, 2)}\n`);
  return 0;
}

process.exit(await record());
