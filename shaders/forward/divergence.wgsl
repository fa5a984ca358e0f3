// Adds one vocabulary chunk to −KL(base ‖ model) = Σ p_base (log p − log p_base) of each row.
struct Params { rows: u32, columns: u32, stride: u32, first: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> stats: array<Stats>;
@group(0) @binding(2) var<storage, read> base_stats: array<Stats>;
@group(0) @binding(3) var<storage, read> logits: array<f32>;
@group(0) @binding(4) var<storage, read> base_logits: array<f32>;
@group(0) @binding(5) var<storage, read_write> negative: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u) {
  let row = g.x;
  if (row >= p.rows) { return; }
  let s = stats[row];
  let b = base_stats[row];
  let shift = (s.top - b.top) + (log_exact(s.total) - log_exact(b.total));
  var sum = 0.0;
  if (p.first != 0u) { sum = negative[row]; }
  for (var c = 0u; c < p.columns; c++) {
    let at = row * p.stride + c;
    let z = base_logits[at];
    sum = fma(exp_exact(z - b.top) / b.total, (logits[at] - z) - shift, sum);
  }
  negative[row] = sum;
}
