/** A world's file, with the tables of given pairs that it names beside it. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { makeWorld, readCorpus, type PretrainingText, type World } from '../experiment';
import { parseWorld, type GivenSource, type WorldSpec } from '../spec';
import { openNodeFile, openNodeFolder, readNamedText } from './node-folder';

export interface WorldSource {
  spec: WorldSpec;
  /** Opens a table of given pairs; `control` is the field that names it. */
  open: (source: GivenSource, control: string) => ReturnType<typeof openNodeFile>;
}

/** Throws `file-missing` or `world-invalid`. */
export async function readWorldFile(file: string): Promise<WorldSource> {
  const spec = parseWorld((await readNamedText(file)).text, file);
  const folder = path.dirname(path.resolve(file));
  return { spec, open: (source, control) => openNodeFile(path.resolve(folder, source.path), control) };
}

/** What to pretrain on: a folder that `ontoscope world` wrote, or the world that a file makes. */
export async function corpusAt(place: string): Promise<{ text: PretrainingText; world: World | null }> {
  const isFile = (await stat(place).catch(() => null))?.isFile() ?? false;
  if (!isFile) return { text: await readCorpus(await openNodeFolder(place, 'corpus')), world: null };
  const { spec, open } = await readWorldFile(place);
  const world = await makeWorld(spec, open);
  const { corpus, tokenizer } = world;
  return { text: { name: spec.name, corpus, tokenizer }, world };
}
