// Weights as signed bytes, four to a word, times the scale of their row; the scales lie behind the bytes of all rows.
alias Stored = u32;

// The vec4 that is number `at` of the flattened weight [p.n, 4·p.k4], in its row.
fn weight(row: u32, at: u32) -> vec4f {
  let bytes = bitcast<vec4i>(vec4u(w[at]) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u);
  return vec4f(bytes) * bitcast<f32>(w[p.n * p.k4 + row]);
}
