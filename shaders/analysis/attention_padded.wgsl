// Causal attention within the segments of a packed row where a token sees keys from its segment's start up to itself, but
// none at or past key_end: padding reads the text before it and is read by nobody, itself included.
// One thread per (token, head, slice of 32 head dimensions), as in forward/attention; nothing is kept for backward.
struct Params { rows: u32, heads: u32, group: u32, depth4: u32, slices: u32, window: u32, scale: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> segment_start: array<u32>;
@group(0) @binding(2) var<storage, read> key_end: array<u32>;
@group(0) @binding(3) var<storage, read> q: array<vec4f>;
@group(0) @binding(4) var<storage, read> k: array<vec4f>;
@group(0) @binding(5) var<storage, read> v: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> o: array<vec4f>;

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
  var acc: array<vec4f, 8>;
  var top = LOWEST;
  var total = 0.0;
  for (var j = first_key(segment_start[t], t, p.window); j < min(t + 1u, key_end[t]); j++) {
    let kv_at = j * kv_stride + kv_head;
    var score = 0.0;
    for (var d = 0u; d < p.depth4; d++) { score = dot4(q[q_at + d], k[kv_at + d], score); }
    score *= p.scale;
    let higher = max(top, score);
    let keep = exp_exact(top - higher);
    let weight = exp_exact(score - higher);
    total = fma(total, keep, weight);
    for (var d = 0u; d < width; d++) { acc[d] = fma(acc[d], vec4f(keep), v[kv_at + first + d] * weight); }
    top = higher;
  }
  for (var d = 0u; d < width; d++) { o[q_at + first + d] = acc[d] / total; }
}
