// delta[t, head] = Σ_d o·do, what softmax's backward subtracts, into the second half of the row statistics.
// One thread per (token, head).
struct Params { count: u32, depth4: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> o: array<vec4f>;
@group(0) @binding(2) var<storage, read> d_o: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> row_stats: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.count) { return; }
  var sum = 0.0;
  for (var d = 0u; d < p.depth4; d++) {
    let a = o[i * p.depth4 + d];
    let b = d_o[i * p.depth4 + d];
    sum = dot4(a, b, sum);
  }
  row_stats[p.count + i] = sum;
}
