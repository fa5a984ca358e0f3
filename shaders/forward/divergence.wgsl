// Adds one vocabulary chunk to −KL(base ‖ model) of each row. With d = log p − log p_base, KL = −Σ p_base d; as both
// distributions add to 1 it is also Σ p_base (e^d − 1 − d), whose terms cannot cancel: that is what is summed.
struct Params { rows: u32, columns: u32, stride: u32, first: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> stats: array<Stats>;
@group(0) @binding(2) var<storage, read> base_stats: array<Stats>;
@group(0) @binding(3) var<storage, read> logits: array<f32>;
@group(0) @binding(4) var<storage, read> base_logits: array<f32>;
@group(0) @binding(5) var<storage, read_write> negative: array<f32>;

// e^d − 1 − d for |d| ≤ ¼, by its series.
fn excess(d: f32) -> f32 {
  var q = 2.48015873e-5;
  q = fma(q, d, 1.98412698e-4);
  q = fma(q, d, 1.38888889e-3);
  q = fma(q, d, 8.33333333e-3);
  q = fma(q, d, 4.16666667e-2);
  q = fma(q, d, 1.66666667e-1);
  q = fma(q, d, 0.5);
  return q * d * d;
}

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
    let base = exp_exact(z - b.top) / b.total;
    let d = (logits[at] - z) - shift;
    if (abs(d) <= 0.25) {
      sum = fma(-base, excess(d), sum);
    } else {
      // p_base e^d is p, which needs no quotient of two numbers that may both be next to nothing.
      sum += fma(base, d, base) - exp_exact(logits[at] - s.top) / s.total;
    }
  }
  negative[row] = sum;
}
