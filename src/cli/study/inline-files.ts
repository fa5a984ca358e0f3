/**
 * A study whose world and pretraining are files of their own, made whole.
 *
 * Promises: what is named by a path is read, checked under its own name and written into the study, so that nothing outside
 * the study decides what it is; paths inside the world are relative to the study then. Must not know: what a cell is.
 */
import path from 'node:path';
import { parsePretrainConfig, parseSpecJson, parseWorld, type StudySpec } from '../../spec';
import { readNamedText } from '../node-folder';

/** Throws `file-missing`, `world-invalid`, `spec-invalid`. */
export async function inlineFiles(study: StudySpec, studyFile: string): Promise<StudySpec> {
  const { world, pretrain } = study;
  return {
    ...study,
    ...(typeof world === 'string' && { world: await readWorld(world, studyFile) }),
    ...(typeof pretrain === 'string' && { pretrain: await readPretraining(pretrain, studyFile) }),
  };
}

async function readWorld(place: string, studyFile: string): Promise<Record<string, unknown>> {
  const { name, text } = await readNamedText(path.resolve(path.dirname(studyFile), place), 'world');
  parseWorld(text, name);
  const { $schema: _schema, hash: _hash, ...world } = parseSpecJson(text, name) as Record<string, unknown>;
  const folder = path.dirname(place);
  const groups = (world.groups as { source: { kind: string; path?: string } }[]).map((group) => {
    const { source } = group;
    return source.path === undefined ? group : { ...group, source: { ...source, path: rebased(folder, source.path) } };
  });
  return { ...world, groups };
}

/** A relative path of a file in `folder`, from where `folder` is named. */
function rebased(folder: string, place: string): string {
  return path.isAbsolute(place) ? place : path.posix.join(folder.replaceAll('\\', '/'), place);
}

async function readPretraining(place: string, studyFile: string): Promise<Record<string, unknown>> {
  const { name, text } = await readNamedText(path.resolve(path.dirname(studyFile), place), 'pretrain');
  parsePretrainConfig(text, name);
  const { $schema: _schema, ...config } = parseSpecJson(text, name) as Record<string, unknown>;
  return config;
}
