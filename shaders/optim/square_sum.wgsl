// Fixed-tree reduction: each thread sums SPAN consecutive values (squared on the first level) in ascending order.
struct Params { count: u32, squared: u32 }
const SPAN: u32 = 128u;
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  let first = i * SPAN;
  if (first >= p.count) { return; }
  let last = min(first + SPAN, p.count);
  var sum = 0.0;
  for (var j = first; j < last; j++) {
    let v = x[j];
    if (p.squared != 0u) { sum = fma(v, v, sum); } else { sum += v; }
  }
  partial[i] = sum;
}
