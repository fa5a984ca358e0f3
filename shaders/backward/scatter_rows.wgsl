// dx[t] = dy[slot[t]], zero where token t carries no label: the transpose of gather_rows without atomics.
struct Params { rows: u32, width4: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> slot: array<u32>;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.rows * p.width4) { return; }
  let row = slot[i / p.width4];
  if (row == ABSENT) { dx[i] = vec4f(); } else { dx[i] = dy[row * p.width4 + i % p.width4]; }
}
