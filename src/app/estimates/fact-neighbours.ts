/**
 * What lies near a fact in the space of embeddings, before and after training. Pure.
 *
 * Promises: ranks are by cosine among all pairs that have vectors, 1 = nearest; a text is no neighbour of itself.
 */
import { decodeEmbeddings, factSet, type EmbeddingFile, type FactSet } from '../../records';
import { factKey, type Direction } from '../../core/direction';

export type PairText = 'term' | 'identifier';

export interface Nearness {
  cosine: number;
  rank: number;
}

export interface Neighbour {
  identifier: string;
  /** The text that lies near. */
  text: string;
  set: FactSet;
  /** The other text of the same pair. */
  own: boolean;
  before: Nearness;
  /** Null where vectors were taken once. */
  after: Nearness | null;
}

export interface Neighbours {
  layer: number;
  /** How many were ranked. */
  n: number;
  epochs: { before: number; after: number | null };
  /** The nearest before or after, and its own partner; by their rank after. */
  rows: Neighbour[];
}

const decoded = new WeakMap<Uint8Array, EmbeddingFile>();

/** The vectors of one direction in the order of their steps; each file is read once. Throws `record-invalid`. */
export function vectorsOf(
  files: readonly { path: string; bytes: Uint8Array<ArrayBuffer> }[],
  direction: Direction,
): EmbeddingFile[] {
  return files
    .filter(({ path }) => path.startsWith(`embeddings/${direction}/`))
    .map(({ path, bytes }) => {
      const known = decoded.get(bytes) ?? decodeEmbeddings(bytes, path);
      decoded.set(bytes, known);
      return known;
    })
    .sort((a, b) => a.step - b.step);
}

/**
 * @param vectors of one direction, as `vectorsOf` gives them
 * @param of which text of the pair is looked from; `among` which texts are looked at
 * @param rehearsed keys of withheld facts that were trained all the same; `most`: nearest ones of each moment
 * Null where the pair has no vectors, or the layer was not recorded.
 */
export function neighboursOf(
  vectors: readonly EmbeddingFile[],
  identifier: string,
  asked: { layer: number; of: PairText; among: PairText; rehearsed: ReadonlySet<string>; most?: number },
): Neighbours | null {
  const { layer, of, among, rehearsed, most = 6 } = asked;
  const [first, last] = [vectors[0], vectors.at(-1)];
  if (first === undefined || last === undefined) return null;
  const before = nearness(first, identifier, layer, of, among);
  const after = last === first ? null : nearness(last, identifier, layer, of, among);
  if (before === null) return null;
  const near = (found: ReadonlyMap<string, Nearness>) =>
    [...found].filter(([, { rank }]) => rank <= most).map(([name]) => name);
  const shown = new Set([...near(before), ...(after ? near(after) : []), ...(of === among ? [] : [identifier])]);
  const rows = first.pairs
    .filter((pair) => shown.has(pair.identifier))
    .map((pair) => ({
      identifier: pair.identifier,
      text: pair[among] || pair.identifier,
      set: factSet({ fact: factKey(pair.identifier, first.direction), seen: pair.seen }, rehearsed),
      own: pair.identifier === identifier,
      before: before.get(pair.identifier)!,
      after: after?.get(pair.identifier) ?? null,
    }))
    .sort((a, b) => (a.after ?? a.before).rank - (b.after ?? b.before).rank);
  return { layer, n: before.size, epochs: { before: first.epoch, after: after ? last.epoch : null }, rows };
}

/** Cosine and rank of every text looked at, by the identifier of its pair. */
function nearness(
  { pairs, layers }: EmbeddingFile,
  identifier: string,
  layer: number,
  of: PairText,
  among: PairText,
): Map<string, Nearness> | null {
  const found = layers.find((each) => each.layer === layer);
  const self = pairs.findIndex((pair) => pair.identifier === identifier);
  if (!found || self < 0) return null;
  const { width } = found;
  const from = found[of].subarray(self * width, (self + 1) * width);
  const cosines = pairs.flatMap((pair, index) =>
    of === among && index === self
      ? []
      : [{ name: pair.identifier, cosine: cosine(from, found[among].subarray(index * width, (index + 1) * width)) }],
  );
  cosines.sort((a, b) => b.cosine - a.cosine);
  return new Map(cosines.map(({ name, cosine: value }, index) => [name, { cosine: value, rank: index + 1 }]));
}

/** 0 where either has no direction. */
function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}
