/** Content hashes: SHA-256 against the vectors of FIPS 180-4, and canonical JSON underneath them. */
import { describe, expect, it } from 'vitest';
import { sha256Hex, sha256Stream } from '../../../src/core/hash';
import { canonicalJson } from '../../../src/core/json';

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('the content hash', () => {
  it('is SHA-256', () => {
    expect(sha256Hex('abc')).toBe(ABC);
    expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('hashes text as its UTF-8 bytes', () => {
    expect(sha256Hex('Ménière')).toBe(sha256Hex(new TextEncoder().encode('Ménière')));
  });

  it('does not depend on how the content was cut into pieces', () => {
    const stream = sha256Stream();
    stream.update(new TextEncoder().encode('a'));
    stream.update(new TextEncoder().encode('bc'));
    expect(stream.hex()).toBe(ABC);
  });
});

describe('canonical JSON', () => {
  it('writes equal values in equal bytes, whatever order their keys came in', () => {
    expect(canonicalJson({ b: 1, a: { d: [1, { z: 0, y: 'ü' }], c: null } })).toBe(
      '{"a":{"c":null,"d":[1,{"y":"ü","z":0}]},"b":1}',
    );
  });

  it('leaves undefined members out and keeps the order of lists', () => {
    expect(canonicalJson({ b: undefined, a: [2, 1] })).toBe('{"a":[2,1]}');
  });

  it('reads back as the same value', () => {
    const value = { text: 'a "quote"\n', list: [true, false, null, -0.5, 1e21], nested: { x: {} } };
    expect(JSON.parse(canonicalJson(value))).toEqual(value);
  });
});
