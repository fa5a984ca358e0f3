// Weights in f32: a vec4 as it lies.
alias Stored = vec4f;

// The vec4 that is number `at` of the flattened weight, in its row.
fn weight(row: u32, at: u32) -> vec4f {
  return w[at];
}
