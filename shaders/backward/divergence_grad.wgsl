// Logits of one vocabulary chunk become the gradients of weight · cross-entropy + kl · share · KL(base ‖ model), in place:
// weight · (softmax(z) − onehot(label)) + kl · share · (softmax(z) − softmax(z_base)).
struct Params { rows: u32, columns: u32, stride: u32, first: u32, kl: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> stats: array<Stats>;
@group(0) @binding(2) var<storage, read> base_stats: array<Stats>;
@group(0) @binding(3) var<storage, read> base_logits: array<f32>;
@group(0) @binding(4) var<storage, read> labels: array<u32>;
@group(0) @binding(5) var<storage, read> weights: array<f32>;
@group(0) @binding(6) var<storage, read> share: array<f32>;
@group(0) @binding(7) var<storage, read_write> logits: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.rows * p.columns) { return; }
  let row = i / p.columns;
  let column = i % p.columns;
  let at = row * p.stride + column;
  let s = stats[row];
  let b = base_stats[row];
  let probability = exp_exact(logits[at] - s.top) / s.total;
  let base = exp_exact(base_logits[at] - b.top) / b.total;
  let target_mass = select(0.0, 1.0, p.first + column == labels[row]);
  logits[at] = fma(p.kl * share[row], probability - base, weights[row] * (probability - target_mass));
}
