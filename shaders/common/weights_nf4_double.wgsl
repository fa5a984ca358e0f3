// Weights in NF4 whose blocks' scales are quantised, too. Behind all codes: the mean of the scales, the scale of each 256
// deviations from it, the deviations, four to a word.
alias Stored = u32;

const DECADES = array<f32, 7>(1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0);

// A value of the signed dynamic map: 127 is zero, 255 is one; in decade i there are 2^i even steps of either sign.
fn dynamic(code: u32) -> f32 {
  if (code == 127u) { return 0.0; }
  if (code == 255u) { return 1.0; }
  let index = select(127u - code, code - 127u, code > 127u);
  let decade = firstLeadingBit(index);
  let middle = f32(2u * index + 1u) / f32(2u << decade) - 1.0;
  let value = fma(middle, 0.9, 0.1) * DECADES[decade];
  return select(-value, value, code > 127u);
}

// The vec4 that is number `at` of the flattened weight.
fn weight(row: u32, at: u32) -> vec4f {
  let vectors = p.n * p.k4;
  let nested = (vectors + 1u) >> 1u;
  let groups = (vectors + 4095u) >> 12u;
  let block = at >> 4u;
  let code = (w[nested + 1u + groups + (block >> 2u)] >> ((block & 3u) * 8u)) & 255u;
  let scale = fma(dynamic(code), bitcast<f32>(w[nested + 1u + (block >> 8u)]), bitcast<f32>(w[nested]));
  return nf4(at) * scale;
}
