/**
 * Weights as a session asks for them: a part at a time, so that no whole file need be held in memory.
 *
 * Must not know: files, families.
 */
export interface WeightSource {
  /** Rows [first, end) of the weight's first side as f32, row-major, under its engine name. */
  read(name: string, first: number, end: number, signal?: AbortSignal): Promise<Float32Array>;
}
