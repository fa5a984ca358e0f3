// Norm of each output's row from its parts, and the factor magnitude / norm. A row of nothing stays nothing.
struct Params { outputs: u32, chunks: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> partial: array<f32>;
@group(0) @binding(2) var<storage, read> magnitude: array<f32>;
@group(0) @binding(3) var<storage, read_write> norm: array<f32>;
@group(0) @binding(4) var<storage, read_write> factor: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.outputs) { return; }
  var sum = 0.0;
  for (var k = 0u; k < p.chunks; k++) { sum += partial[i * p.chunks + k]; }
  let length = sqrt(sum);
  norm[i] = length;
  var value = 0.0;
  if (length > 0.0) { value = magnitude[i] / length; }
  factor[i] = value;
}
