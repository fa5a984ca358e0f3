// dq: probabilities are recomputed from log-sum-exp; ds = P·(do·v − delta), dq = scale·Σ_j ds·k_j.
// One thread per (token, head, slice of 32 head dimensions).
struct Params { rows: u32, heads: u32, group: u32, depth4: u32, slices: u32, window: u32, scale: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> segment_start: array<u32>;
@group(0) @binding(2) var<storage, read> q: array<vec4f>;
@group(0) @binding(3) var<storage, read> k: array<vec4f>;
@group(0) @binding(4) var<storage, read> v: array<vec4f>;
@group(0) @binding(5) var<storage, read> d_o: array<vec4f>;
// [rows·heads] log-sum-exp, then [rows·heads] delta.
@group(0) @binding(6) var<storage, read> row_stats: array<f32>;
@group(0) @binding(7) var<storage, read_write> dq: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.rows * p.heads * p.slices) { return; }
  let slice = i % p.slices;
  let th = i / p.slices;
  let head = th % p.heads;
  let t = th / p.heads;
  let kv_stride = p.heads / p.group * p.depth4;
  let kv_head = head / p.group * p.depth4;
  let q_at = th * p.depth4;
  let first = slice * 8u;
  let width = min(8u, p.depth4 - first);
  let delta_at = p.rows * p.heads;
  var acc: array<vec4f, 8>;
  for (var j = first_key(segment_start[t], t, p.window); j <= t; j++) {
    let kv_at = j * kv_stride + kv_head;
    var score = 0.0;
    var dp = 0.0;
    for (var d = 0u; d < p.depth4; d++) {
      let a = q[q_at + d];
      let b = k[kv_at + d];
      score = dot4(a, b, score);
      let e = d_o[q_at + d];
      let f = v[kv_at + d];
      dp = dot4(e, f, dp);
    }
    let ds = exp_exact(fma(score, p.scale, -row_stats[th])) * (dp - row_stats[delta_at + th]) * p.scale;
    for (var d = 0u; d < width; d++) { acc[d] = fma(vec4f(ds), k[kv_at + first + d], acc[d]); }
  }
  for (var d = 0u; d < width; d++) { dq[q_at + first + d] = acc[d]; }
}
