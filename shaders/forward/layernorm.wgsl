// y = (x − mean)/√(var + ε)·w + b per row; keeps mean and reciprocal deviation for backward. One thread per row.
struct Params { rows: u32, width4: u32, epsilon: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> stats: array<vec2f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u) {
  let row = g.x;
  if (row >= p.rows) { return; }
  let base = row * p.width4;
  let count = f32(p.width4 * 4u);
  var sum = 0.0;
  for (var k = 0u; k < p.width4; k++) { sum = dot4(x[base + k], vec4f(1.0), sum); }
  let mean = sum / count;
  // Two passes: the difference of two large sums would lose a small variance.
  var squares = 0.0;
  for (var k = 0u; k < p.width4; k++) {
    let d = x[base + k] - mean;
    squares = dot4(d, d, squares);
  }
  let s = 1.0 / sqrt(squares / count + p.epsilon);
  stats[row] = vec2f(mean, s);
  for (var k = 0u; k < p.width4; k++) { y[base + k] = fma((x[base + k] - mean) * s, weight[k], bias[k]); }
}
