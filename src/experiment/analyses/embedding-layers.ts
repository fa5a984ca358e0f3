/** The vectors of one direction and layer at the first and the last moment at which a run recorded them. */
import type { Direction } from '../../core/direction';
import { LabError } from '../../core/errors';
import { decodeEmbeddings, type AnalysedRun, type EmbeddingFile, type EmbeddingRecord } from '../../records';

export interface LayerMoment {
  record: EmbeddingRecord;
  pairs: EmbeddingFile['pairs'];
  vectors: EmbeddingFile['layers'][number];
}

/** First and last, or the only one. Throws LabError `record-invalid` where a file is missing or no such file. */
export function layerMoments(
  { probes, files }: Pick<AnalysedRun, 'probes' | 'files'>,
  { direction, layer }: { direction: Direction; layer: number },
): LayerMoment[] {
  const records = probes.embeddings
    .filter((record) => record.direction === direction && record.layer === layer)
    .sort((a, b) => a.step - b.step);
  const ends = records.length > 1 ? [records[0]!, records.at(-1)!] : records;
  return ends.map((record) => {
    const file = files.find(({ path }) => path === record.file);
    const vectors = file && decodeEmbeddings(file.bytes, file.path);
    const found = vectors?.layers.find((each) => each.layer === layer);
    if (vectors && found) return { record, pairs: vectors.pairs, vectors: found };
    throw new LabError('record-invalid', `${record.file}: the vectors of layer ${layer} are not there.`, {
      hint: 'Take the file again from the run, or open its whole bundle.',
    });
  });
}
