// Stores the new token's key and value of every live row at its place in the generation cache [slot, step].
struct Params { rows: u32, width4: u32, capacity: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> k: array<vec4f>;
@group(0) @binding(3) var<storage, read> v: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> cache_k: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> cache_v: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.rows * p.width4) { return; }
  let row = rows[i / p.width4];
  // The first sampled token is fed at step 1, and lies at place 0.
  let place = row.generated - 1u;
  if (row.finished != 0u || place >= p.capacity) { return; }
  let at = (row.slot * p.capacity + place) * p.width4 + i % p.width4;
  cache_k[at] = k[i];
  cache_v[at] = v[i];
}
