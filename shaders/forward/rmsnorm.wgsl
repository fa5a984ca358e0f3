// y = (w + offset) · x · rsqrt(mean(x²) + ε) per row (+ residual); also keeps the reciprocal root mean square for backward.
// One thread per row: for the short rows of compact models this beats a tree with barriers on software adapters.
struct Params { rows: u32, width4: u32, epsilon: f32, offset: f32, residual: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read> residual: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> scale: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u) {
  let row = g.x;
  if (row >= p.rows) { return; }
  let base = row * p.width4;
  var sum = 0.0;
  for (var k = 0u; k < p.width4; k++) {
    let v = x[base + k];
    sum = fma(v.x, v.x, sum);
    sum = fma(v.y, v.y, sum);
    sum = fma(v.z, v.z, sum);
    sum = fma(v.w, v.w, sum);
  }
  let s = 1.0 / sqrt(sum / f32(p.width4 * 4u) + p.epsilon);
  scale[row] = s;
  for (var k = 0u; k < p.width4; k++) {
    var value = x[base + k] * s * (weight[k] + p.offset);
    if (p.residual != 0u) { value += residual[base + k]; }
    y[base + k] = value;
  }
}
