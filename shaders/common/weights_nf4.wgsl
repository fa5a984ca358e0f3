// Weights in NF4, blocks of 64 values of the flattened weight [p.n, 4·p.k4]; the blocks' scales lie behind all codes.
alias Stored = u32;

// The vec4 that is number `at` of the flattened weight.
fn weight(row: u32, at: u32) -> vec4f {
  let scales = (p.n * p.k4 + 1u) >> 1u;
  return nf4(at) * bitcast<f32>(w[scales + (at >> 4u)]);
}
