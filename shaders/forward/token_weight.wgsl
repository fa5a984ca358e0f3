// Weight of each supervised position's loss. Nothing flows back through it: it is a number of the step, not of the model.
struct Params { rows: u32, probability: u32, confidence: u32, per_example: u32, normalise: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> log_prob: array<f32>;
// Example of each head row, ABSENT for padding.
@group(0) @binding(2) var<storage, read> owner: array<u32>;
@group(0) @binding(3) var<storage, read> spans: array<vec2u>;
@group(0) @binding(4) var<storage, read> example_weight: array<f32>;
@group(0) @binding(5) var<storage, read> totals: array<f32>;
// One over the batch's examples or tokens.
@group(0) @binding(6) var<storage, read> scale: array<f32>;
@group(0) @binding(7) var<storage, read_write> weights: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u) {
  let row = g.x;
  if (row >= p.rows) { return; }
  let example = owner[row];
  if (example == ABSENT) { weights[row] = 0.0; return; }
  var weight = scale[0];
  if (p.normalise != 0u) {
    // A batch of which the model is sure in every token has nothing to learn from.
    let total = totals[0];
    weight = 0.0;
    if (total > 0.0) { weight = 1.0 / total; }
  }
  if (p.confidence != 0u) { weight *= example_weight[example]; }
  if (p.probability != 0u) { weight *= exp_exact(log_prob[row]); }
  if (p.per_example != 0u) {
    let span = spans[example];
    weight /= f32(span.y - span.x) + 1.0e-8;
  }
  weights[row] = weight;
}
