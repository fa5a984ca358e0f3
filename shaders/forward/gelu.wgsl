// y = gelu(x) (· up where the unit is gated), elementwise.
struct Params { count: u32, exact: u32, gated: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> up: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.count) { return; }
  var value = gelu(x[i], p.exact != 0u).x;
  if (p.gated != 0u) { value *= up[i]; }
  y[i] = value;
}
