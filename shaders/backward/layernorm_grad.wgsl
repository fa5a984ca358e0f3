// dx = s·(w·dy − mean(w·dy) − x̂·mean(w·dy·x̂)), x̂ = (x − mean)·s, plus what reaches x by the residual path.
struct Params { rows: u32, width4: u32, residual: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read> stats: array<vec2f>;
@group(0) @binding(4) var<storage, read> dy: array<vec4f>;
@group(0) @binding(5) var<storage, read> residual: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> dx: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u) {
  let row = g.x;
  if (row >= p.rows) { return; }
  let base = row * p.width4;
  let mean = stats[row].x;
  let s = stats[row].y;
  var sum = 0.0;
  var along = 0.0;
  for (var k = 0u; k < p.width4; k++) {
    let a = dy[base + k] * weight[k];
    let hat = (x[base + k] - mean) * s;
    sum = dot4(a, vec4f(1.0), sum);
    along = dot4(a, hat, along);
  }
  let count = f32(p.width4 * 4u);
  let shift = -(sum / count);
  let pull = -(along / count);
  for (var k = 0u; k < p.width4; k++) {
    let at = base + k;
    let hat = (x[at] - mean) * s;
    var value = fma(hat, vec4f(pull), fma(dy[at], weight[k], vec4f(shift))) * s;
    if (p.residual != 0u) { value += residual[at]; }
    dx[at] = value;
  }
}
