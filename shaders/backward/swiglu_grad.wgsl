// Gradients of silu(gate)·up: d silu(a) = σ(a)·(1 + a·(1 − σ(a))).
struct Params { count: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> gate: array<f32>;
@group(0) @binding(2) var<storage, read> up: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> dgate: array<f32>;
@group(0) @binding(5) var<storage, read_write> dup: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.count) { return; }
  let a = gate[i];
  let s = sigmoid(a);
  let d = dy[i];
  dgate[i] = d * up[i] * s * fma(a, 1.0 - s, 1.0);
  dup[i] = d * a * s;
}
