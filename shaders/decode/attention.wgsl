// Attention of one new token per row over its prompt's keys (computed once for all samples of the prompt) and then over its
// own generated keys, oldest first: the same order, hence the same sums, as the packed forward pass.
// One thread per (row, head, slice of 32 head dimensions).
struct Params { rows: u32, heads: u32, group: u32, depth4: u32, slices: u32, capacity: u32, window: u32, scale: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> rows: array<Row>;
@group(0) @binding(2) var<storage, read> q: array<vec4f>;
@group(0) @binding(3) var<storage, read> prompt_k: array<vec4f>;
@group(0) @binding(4) var<storage, read> prompt_v: array<vec4f>;
@group(0) @binding(5) var<storage, read> cache_k: array<vec4f>;
@group(0) @binding(6) var<storage, read> cache_v: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> o: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.rows * p.heads * p.slices) { return; }
  let slice = i % p.slices;
  let th = i / p.slices;
  let head = th % p.heads;
  let row = rows[th / p.heads];
  let q_at = th * p.depth4;
  let first = slice * 8u;
  let width = min(8u, p.depth4 - first);
  if (row.finished != 0u) { return; }
  let kv_stride = p.heads / p.group * p.depth4;
  let kv_head = head / p.group * p.depth4;
  let length = row.prompt_length + row.generated;
  var acc: array<vec4f, 8>;
  var top = LOWEST;
  var total = 0.0;
  for (var j = first_key(0u, length - 1u, p.window); j < length; j++) {
    let in_prompt = j < row.prompt_length;
    let token = select(row.slot * p.capacity + j - row.prompt_length, row.prompt_start + j, in_prompt);
    let at = token * kv_stride + kv_head;
    var score = 0.0;
    for (var d = 0u; d < p.depth4; d++) {
      let a = q[q_at + d];
      var b: vec4f;
      if (in_prompt) { b = prompt_k[at + d]; } else { b = cache_k[at + d]; }
      score = dot4(a, b, score);
    }
    score *= p.scale;
    let higher = max(top, score);
    let keep = exp_exact(top - higher);
    let weight = exp_exact(score - higher);
    total = fma(total, keep, weight);
    for (var d = 0u; d < width; d++) {
      var b: vec4f;
      if (in_prompt) { b = prompt_v[at + first + d]; } else { b = cache_v[at + first + d]; }
      acc[d] = fma(acc[d], vec4f(keep), b * weight);
    }
    top = higher;
  }
  for (var d = 0u; d < width; d++) { o[q_at + first + d] = acc[d] / total; }
}
