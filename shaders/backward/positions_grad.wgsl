// dtable[position] += Σ dx of the tokens that stand there, in ascending order. One thread per (position, vec4).
struct Params { rows: u32, width4: u32, positions: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> positions: array<u32>;
@group(0) @binding(2) var<storage, read> dx: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dtable: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.positions * p.width4) { return; }
  let position = i / p.width4;
  var sum = vec4f();
  for (var t = 0u; t < p.rows; t++) {
    if (positions[t] == position) { sum += dx[t * p.width4 + i % p.width4]; }
  }
  dtable[i] += sum;
}
