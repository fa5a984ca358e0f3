// y = factor·x (+ bias) (+ residual), a factor and a bias for each output: forward of a DoRA layer, and its way back.
struct Params { count4: u32, width4: u32, bias: u32, residual: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> factor: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> residual: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.count4) { return; }
  let column = i % p.width4;
  var v = x[i] * factor[column];
  if (p.bias != 0u) { v += bias[column]; }
  if (p.residual != 0u) { v += residual[i]; }
  y[i] = v;
}
