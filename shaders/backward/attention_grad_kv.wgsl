// dk and dv of one key: sums over the later tokens of its segment, then over the query heads of its group; both ascending.
// One thread per (token, kv head, slice of 32 head dimensions).
struct Params { rows: u32, heads: u32, group: u32, depth4: u32, slices: u32, window: u32, scale: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> segment_end: array<u32>;
@group(0) @binding(2) var<storage, read> q: array<vec4f>;
@group(0) @binding(3) var<storage, read> k: array<vec4f>;
@group(0) @binding(4) var<storage, read> v: array<vec4f>;
@group(0) @binding(5) var<storage, read> d_o: array<vec4f>;
// [rows·heads] log-sum-exp, then [rows·heads] delta: one binding, because eight is the limit.
@group(0) @binding(6) var<storage, read> row_stats: array<f32>;
@group(0) @binding(7) var<storage, read_write> dk: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> dv: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  let kv_heads = p.heads / p.group;
  if (i >= p.rows * kv_heads * p.slices) { return; }
  let slice = i % p.slices;
  let jh = i / p.slices;
  let kv_head = jh % kv_heads;
  let j = jh / kv_heads;
  let kv_at = jh * p.depth4;
  let first = slice * 8u;
  let width = min(8u, p.depth4 - first);
  let delta_at = p.rows * p.heads;
  var acc_k: array<vec4f, 8>;
  var acc_v: array<vec4f, 8>;
  // j + window may pass the largest number: that is no limit.
  let end = min(segment_end[j], select(j + p.window, ABSENT, p.window > ABSENT - j));
  for (var t = j; t < end; t++) {
    for (var head = kv_head * p.group; head < (kv_head + 1u) * p.group; head++) {
      let th = t * p.heads + head;
      let q_at = th * p.depth4;
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
      let probability = exp_exact(fma(score, p.scale, -row_stats[th]));
      let ds = probability * (dp - row_stats[delta_at + th]) * p.scale;
      for (var d = 0u; d < width; d++) {
        acc_k[d] = fma(vec4f(ds), q[q_at + first + d], acc_k[d]);
        acc_v[d] = fma(vec4f(probability), d_o[q_at + first + d], acc_v[d]);
      }
    }
  }
  for (var d = 0u; d < width; d++) {
    dk[kv_at + first + d] = acc_k[d];
    dv[kv_at + first + d] = acc_v[d];
  }
}
