import { describe, expect, it } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../../../src/experiment';

const checkpoint: Checkpoint = {
  version: 2,
  runId: 'abc',
  directionIndex: 1,
  state: {
    step: 17,
    parameters: Float32Array.of(1.5, -0, 3e-39, 1e38, 7),
    moment1: Float32Array.of(0.1, 0.2),
    moment2: Float32Array.of(0.3),
  },
  trialLines: 48,
  stepLines: 17,
};

describe('a checkpoint as bytes', () => {
  it('comes back as it was, bit for bit', () => {
    const bytes = encodeCheckpoint(checkpoint);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    for (const copy of [bytes, shifted.subarray(3), Buffer.from(bytes)]) {
      const read = decodeCheckpoint(copy, 'checkpoint.bin');
      expect(read).toEqual(checkpoint);
      expect(Object.is(read.state.parameters[1], -0)).toBe(true);
    }
  });

  it('is the same bytes for the same content', () => {
    expect(encodeCheckpoint(structuredClone(checkpoint))).toEqual(encodeCheckpoint(checkpoint));
  });

  it('is refused when it is cut, altered or no checkpoint, with the file’s name', () => {
    const bytes = encodeCheckpoint(checkpoint);
    const altered = bytes.slice();
    altered[altered.length - 1]! ^= 1;
    const version = encodeCheckpoint({ ...checkpoint, version: 3 as 2 });
    for (const bad of [
      bytes.slice(0, -4),
      bytes.slice(0, 20),
      bytes.slice(0, 5),
      altered,
      version,
      new Uint8Array(64),
    ]) {
      expect(() => decodeCheckpoint(bad, 'runs/checkpoint.bin')).toThrow(
        expect.objectContaining({
          code: 'checkpoint-mismatch',
          message: expect.stringContaining('runs/checkpoint.bin'),
        }),
      );
    }
  });
});
