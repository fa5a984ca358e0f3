// Rank of each row's label: one more than the tokens with a larger logit, counted over one chunk of the vocabulary.
// The label's logit comes from the statistics, which must have seen the whole vocabulary before.
struct Params { rows: u32, columns: u32, stride: u32, reset: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> stats: array<Stats>;
@group(0) @binding(3) var<storage, read_write> ranks: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u) {
  let row = g.x;
  if (row >= p.rows) { return; }
  let label = stats[row].label;
  let base = row * p.stride;
  var rank = select(ranks[row], 1u, p.reset != 0u);
  for (var c = 0u; c < p.columns; c++) {
    if (logits[base + c] > label) { rank += 1u; }
  }
  ranks[row] = rank;
}
