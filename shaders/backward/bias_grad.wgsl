// db[N] += Σ_t dy[t, N]: one thread per vec4 of the width, tokens ascending.
struct Params { rows: u32, width4: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> db: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u) {
  let k = g.x;
  if (k >= p.width4) { return; }
  var sum = vec4f();
  for (var t = 0u; t < p.rows; t++) { sum += dy[t * p.width4 + k]; }
  db[k] = db[k] + sum;
}
