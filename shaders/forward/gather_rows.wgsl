// y[i] = x[index[i]]: the rows that carry a label. One thread per (row, vec4); an absent index gives zeros.
struct Params { rows: u32, width4: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> index: array<u32>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.rows * p.width4) { return; }
  let row = index[i / p.width4];
  if (row == ABSENT) { y[i] = vec4f(); } else { y[i] = x[row * p.width4 + i % p.width4]; }
}
