// Parts of ‖W + s·BA‖² for each output of a DoRA layer: one thread sums 64 columns of one row, ascending.
// W is read through its storage's loader.
struct Params { n: u32, k4: u32, r: u32, chunks: u32, scale: f32 }
const CHUNK4: u32 = 16u;
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> w: array<Stored>;
@group(0) @binding(2) var<storage, read> a: array<vec4f>;
@group(0) @binding(3) var<storage, read> b: array<f32>;
@group(0) @binding(4) var<storage, read_write> partial: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = g.x + g.y * groups.x * 64u;
  if (i >= p.n * p.chunks) { return; }
  let row = i / p.chunks;
  let first = (i % p.chunks) * CHUNK4;
  let last = min(first + CHUNK4, p.k4);
  var sum = 0.0;
  for (var k = first; k < last; k++) {
    var low = vec4f();
    for (var j = 0u; j < p.r; j++) { low = fma(vec4f(b[row * p.r + j]), a[j * p.k4 + k], low); }
    let v = fma(vec4f(p.scale), low, weight(row, row * p.k4 + k));
    sum = dot4(v, v, sum);
  }
  partial[i] = sum;
}
