// Weights in binary16, two to a word.
alias Stored = vec2u;

// The vec4 that is number `at` of the flattened weight, in its row.
fn weight(row: u32, at: u32) -> vec4f {
  let words = w[at];
  return vec4f(unpack2x16float(words.x), unpack2x16float(words.y));
}
