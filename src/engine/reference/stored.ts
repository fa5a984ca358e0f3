/** The values of a stored weight, read from its words as its layout says: what the shaders' loaders must give. */
import { decodeF16 } from '../../core/float16';
import { dequantiseScales } from '../precision/dynamic';
import { dequantiseInt8 } from '../precision/int8';
import { dequantiseNf4 } from '../precision/nf4';
import type { Storage } from '../precision/kinds';
import { storedLayout } from '../precision/storage';

export function storedValues(words: Uint32Array, shape: number[], storage: Storage): Float32Array {
  const { elements, rows, scales, nested } = storedLayout({ shape }, storage);
  const bytes = words.slice().buffer;
  const floats = (from: number, count: number) => new Float32Array(bytes, 4 * from, count);
  switch (storage) {
    case 'f32':
      return floats(0, elements);
    case 'f16':
      return decodeF16(new Uint16Array(bytes, 0, elements));
    case 'int8':
      return dequantiseInt8(
        { codes: new Int8Array(bytes, 0, elements), scales: floats(scales, rows) },
        elements / rows,
      );
    default: {
      const absmax = nested
        ? dequantiseScales({
            offset: floats(nested.offset, 1)[0]!,
            absmax: floats(nested.scales, nested.groups),
            codes: new Uint8Array(bytes, 4 * nested.codes, nested.blocks),
          })
        : floats(scales, words.length - scales);
      return dequantiseNf4({ packed: new Uint8Array(bytes, 0, Math.ceil(elements / 2)), absmax }, elements);
    }
  }
}
