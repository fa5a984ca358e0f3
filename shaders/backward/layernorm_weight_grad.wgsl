// dw += Σ_t dy·x̂: one thread per vec4 of the width, tokens ascending. The bias's gradient is that of any bias.
struct Params { rows: u32, width4: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> stats: array<vec2f>;
@group(0) @binding(3) var<storage, read> dy: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> dw: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u) {
  let k = g.x;
  if (k >= p.width4) { return; }
  var sum = vec4f();
  for (var t = 0u; t < p.rows; t++) {
    let at = t * p.width4 + k;
    sum = fma(dy[at], (x[at] - stats[t].x) * stats[t].y, sum);
  }
  dw[k] = dw[k] + sum;
}
