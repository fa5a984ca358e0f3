// w with its offset; dx = s·(w·dy) − x·s³/D·Σ(w·dy·x), plus what reaches x by the residual path. s is the kept reciprocal root mean square.
struct Params { rows: u32, width4: u32, residual: u32, offset: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read> scale: array<f32>;
@group(0) @binding(4) var<storage, read> dy: array<vec4f>;
@group(0) @binding(5) var<storage, read> residual: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> dx: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u) {
  let row = g.x;
  if (row >= p.rows) { return; }
  let base = row * p.width4;
  var sum = 0.0;
  for (var k = 0u; k < p.width4; k++) {
    let a = dy[base + k] * (weight[k] + p.offset);
    let b = x[base + k];
    sum = dot4(a, b, sum);
  }
  let s = scale[row];
  let pull = -(sum * s * s * s / f32(p.width4 * 4u));
  for (var k = 0u; k < p.width4; k++) {
    let at = base + k;
    var value = fma(x[at], vec4f(pull), dy[at] * (weight[k] + p.offset) * s);
    if (p.residual != 0u) { value += residual[at]; }
    dx[at] = value;
  }
}
