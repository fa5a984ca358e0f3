// y[t] = scale·w[ids[t]] for the ids of one vocabulary shard [first, first + count). One thread per (token, vec4).
struct Params { rows: u32, width4: u32, first: u32, count: u32, scale: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> ids: array<u32>;
@group(0) @binding(2) var<storage, read> w: array<Stored>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.rows * p.width4) { return; }
  let row = ids[i / p.width4] - p.first;
  if (row < p.count) { y[i] = weight(row, row * p.width4 + i % p.width4) * p.scale; }
}
