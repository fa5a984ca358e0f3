// Philox4x32-10 (Salmon et al., SC 2011): the same words as `src/core/philox.ts` for the same counter and key.

fn mul_high(a: u32, b: u32) -> u32 {
  let a_low = a & 0xffffu;
  let a_high = a >> 16u;
  let b_low = b & 0xffffu;
  let b_high = b >> 16u;
  let low = a_low * b_low;
  let middle = a_high * b_low + (low >> 16u);
  let middle2 = a_low * b_high + (middle & 0xffffu);
  return a_high * b_high + (middle >> 16u) + (middle2 >> 16u);
}

fn philox4x32(counter: vec4u, key: vec2u) -> vec4u {
  var c = counter;
  var k = key;
  for (var round = 0u; round < 10u; round++) {
    let high0 = mul_high(0xd2511f53u, c.x);
    let low0 = 0xd2511f53u * c.x;
    let high1 = mul_high(0xcd9e8d57u, c.z);
    let low1 = 0xcd9e8d57u * c.z;
    c = vec4u(high1 ^ c.y ^ k.x, low1, high0 ^ c.w ^ k.y, low0);
    k = vec2u(k.x + 0x9e3779b9u, k.y + 0xbb67ae85u);
  }
  return c;
}

// Uniform in (0, 1) with 23 bits: exact in f32, equal to toUnit in TypeScript.
fn to_unit(word: u32) -> f32 {
  return (f32(word >> 9u) + 0.5) * 1.1920928955078125e-7;
}
