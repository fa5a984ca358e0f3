/**
 * The vectors of one evaluation as a file: two tensors a layer (`term.layer.N`, `identifier.layer.N`, [pairs, width], rows
 * in the order of the pairs), and in the header's metadata everything needed to read them.
 *
 * Promises: equal vectors give equal bytes; what is written is read back the same. Any safetensors library reads it.
 * Must not know: how the vectors came about.
 */
import * as v from 'valibot';
import { DIRECTIONS } from '../core/direction';
import { decodeSafetensors, encodeSafetensors } from '../core/safetensors';
import { LabError } from '../core/errors';
import type { EmbeddingRecord, ProbeMoment } from './probe-types';

export interface EmbeddingFile extends ProbeMoment, Pick<EmbeddingRecord, 'pooling' | 'padding'> {
  /** Seen pairs, then withheld ones. */
  pairs: { identifier: string; term: string; seen: boolean }[];
  /** Vectors of terms and of identifiers, [pairs × width] each. */
  layers: { layer: number; width: number; term: Float32Array; identifier: Float32Array }[];
}

const aboutSchema = v.object({
  direction: v.picklist(DIRECTIONS),
  epoch: v.number(),
  step: v.number(),
  pooling: v.picklist(['content-mean', 'last-token', 'as-published']),
  padding: v.nullable(v.object({ id: v.number(), text: v.string(), batch: v.number() })),
  layers: v.array(v.number()),
  pairs: v.array(v.object({ identifier: v.string(), term: v.string(), seen: v.boolean() })),
});

export function encodeEmbeddings({ layers, ...about }: EmbeddingFile): Uint8Array<ArrayBuffer> {
  const { direction, epoch, step, pooling, padding, pairs } = about;
  const order = { direction, epoch, step, pooling, padding, layers: layers.map(({ layer }) => layer), pairs };
  const tensors = layers.flatMap(({ layer, width, term, identifier }) => [
    { name: `term.layer.${layer}`, shape: [pairs.length, width], data: term },
    { name: `identifier.layer.${layer}`, shape: [pairs.length, width], data: identifier },
  ]);
  return encodeSafetensors(tensors, { format: 'pt', ontoscope: JSON.stringify(order) });
}

/** Throws LabError `record-invalid` for what is no such file. */
export function decodeEmbeddings(bytes: Uint8Array, file: string): EmbeddingFile {
  const invalid = (what: string, cause?: unknown) =>
    new LabError('record-invalid', `${file}: ${what}.`, { hint: 'Take the file again from the run.', cause });
  let parts: ReturnType<typeof decodeSafetensors>;
  let about: unknown;
  try {
    parts = decodeSafetensors(bytes);
    about = JSON.parse(parts.metadata.ontoscope ?? '');
  } catch (cause) {
    throw invalid('these are no vectors written by Ontoscope', cause);
  }
  const checked = v.safeParse(aboutSchema, about);
  if (!checked.success) throw invalid(`its header is not valid: ${checked.issues[0].message}`);
  const { layers, ...rest } = checked.output;
  const tensorOf = (name: string) => {
    const tensor = parts.tensors.get(name);
    if (tensor?.shape.length === 2 && tensor.shape[0] === rest.pairs.length) return tensor;
    throw invalid(`there is no tensor ${name} of ${rest.pairs.length} rows`);
  };
  return {
    ...rest,
    layers: layers.map((layer) => {
      const [term, identifier] = [tensorOf(`term.layer.${layer}`), tensorOf(`identifier.layer.${layer}`)];
      return { layer, width: term.shape[1]!, term: term.data, identifier: identifier.data };
    }),
  };
}
