/**
 * Pairs of a given group, from an ontology or a table of terms and identifiers.
 *
 * Promises: every pair on one line, no name and no identifier twice, none longer than asked; the same file, seed and dials
 * give the same pairs; a file that is not the one named by its hash is refused. Must not know: where the file lies.
 */
import { LabError } from '../core/errors';
import { hashedFile, type ByteFile } from '../core/files';
import { PhiloxSequence } from '../core/philox';
import { nameKey } from '../dataset/candidates';
import { asOntology, detectTerminology, entriesOf, oneLine, readSource, terminology, type Source } from '../ontology';
import type { GivenSource, WorldSpec } from '../spec';
import { WORLD_STREAM } from './streams';
import type { GivenPairs } from './types';

/** Opens the file that a given group names. */
export type OpenGiven = (source: GivenSource, control: string) => Promise<ByteFile>;

/** Reads the files of all given groups. Throws what opening and reading throw, and `too-few-terms`, naming the group. */
export async function readGiven({ groups, seed }: WorldSpec, open: OpenGiven): Promise<GivenPairs> {
  const pairs = new Map<number, { term: string; identifier: string }[]>();
  for (const [i, { source }] of groups.entries()) {
    if (source.kind !== 'given') continue;
    const path = `groups.${i}.source`;
    const { file, sha256 } = hashedFile(await open(source, `${path}.path`));
    const { termColumn, identifierColumn } = source;
    const read = await readSource(file, { termColumn, identifierColumn });
    if (source.sha256 !== null && source.sha256 !== sha256()) throw otherFile(file.name, source.sha256, sha256(), path);
    pairs.set(i, pairsOf(read, file.name, source, new PhiloxSequence(seed, WORLD_STREAM.given, i), path));
  }
  return pairs;
}

function pairsOf(
  read: Source,
  fileName: string,
  { terminology: named, count, longest }: GivenSource,
  random: PhiloxSequence,
  path: string,
): { term: string; identifier: string }[] {
  const asked = named === null ? null : terminology(named);
  const ontology = asOntology(read, asked, fileName);
  const taken = new Set<string>();
  const { entries } = entriesOf(ontology, asked ?? detectTerminology(ontology));
  const usable = entries.flatMap((entry) => {
    const [term, identifier] = [oneLine(entry.term), oneLine(entry.identifier)];
    const keys = [nameKey(term), nameKey(identifier)];
    if (Math.max(term.length, identifier.length) > longest || keys.some((key) => taken.has(key))) return [];
    for (const key of keys) taken.add(key);
    return [{ term, identifier }];
  });
  const wanted = count ?? usable.length;
  if (usable.length >= Math.max(1, wanted)) return random.shuffle(usable).slice(0, wanted);
  throw new LabError(
    'too-few-terms',
    `${path}.count: ${Math.max(1, wanted)} pairs are asked for, but ${fileName} has ${usable.length} of at most ${longest} characters whose names differ.`,
    { hint: `Ask for fewer, or raise ${path}.longest.`, control: `${path}.count` },
  );
}

function otherFile(name: string, asked: string, found: string, path: string): LabError {
  return new LabError('world-invalid', `${path}.sha256: ${name} has the SHA-256 ${found}, but ${asked} is asked for.`, {
    hint: `Give the file that the world was made of, or set ${path}.sha256 to null to take the one that is there.`,
    control: `${path}.sha256`,
  });
}
