/**
 * What a model's weights lose in each precision, without a GPU and without an experiment.
 *
 * Must not know: hosts, files' whereabouts, how anything is printed.
 */
import type { FileFolder } from '../core/files';
import { LabError } from '../core/errors';
import { FULL_PRECISION, measurePrecision, weightSizes, type BasePrecision, type StoredWeight } from '../engine';
import { openModel } from '../models';

/** Every way to keep a base, by the name it has on the command line. */
export const KEPT_PRECISIONS: Readonly<Record<string, BasePrecision>> = {
  f32: FULL_PRECISION,
  f16: { precision: 'f16', doubleQuantisation: false },
  int8: { precision: 'int8', doubleQuantisation: false },
  nf4: { precision: 'nf4', doubleQuantisation: false },
  'nf4-double': { precision: 'nf4', doubleQuantisation: true },
};

export interface PrecisionReport {
  name: string;
  /** Bytes of all weights in f32, scales and padding aside. */
  fullBytes: number;
  precisions: {
    name: string;
    /** Of all weights, with their scales. */
    bytes: number;
    /** Those not kept in f32. Null where the precision cannot hold the model, and why. */
    weights: StoredWeight[] | null;
    refused: string | null;
  }[];
}

/** Reads the weights once for each precision but f32. */
export async function comparePrecisions(folder: FileFolder, signal?: AbortSignal): Promise<PrecisionReport> {
  const model = await openModel(folder);
  const bytesIn = (precision: BasePrecision) => weightSizes(model.config, precision).bytes;
  const report: PrecisionReport = { name: model.name, fullBytes: bytesIn(FULL_PRECISION), precisions: [] };
  for (const [name, precision] of Object.entries(KEPT_PRECISIONS)) {
    if (precision === FULL_PRECISION) continue;
    try {
      const weights = await measurePrecision(model.config, precision, model.weightSource(), signal);
      report.precisions.push({ name, bytes: bytesIn(precision), weights, refused: null });
    } catch (error) {
      if (!(error instanceof LabError) || error.code !== 'tensor-range') throw error;
      report.precisions.push({ name, bytes: 0, weights: null, refused: error.message });
    }
  }
  return report;
}
