// AdamW with 8-bit block-wise moments (Dettmers et al. 2022), in bitsandbytes' order: moments, step, then decay.
// A workgroup is a block of 256 values: 64 words of four codes and one of the block's scale, for each moment.
// A gradient that is no number leaves its value alone and clears its moments.
// hyper: as in adamw.wgsl. maps: what the codes of the first moment stand for, ascending, then those of the second.
struct Params { count: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> hyper: array<f32>;
@group(0) @binding(2) var<storage, read> factor: array<f32>;
@group(0) @binding(3) var<storage, read> gradient: array<f32>;
@group(0) @binding(4) var<storage, read> maps: array<f32>;
@group(0) @binding(5) var<storage, read_write> parameter: array<f32>;
@group(0) @binding(6) var<storage, read_write> moment1: array<u32>;
@group(0) @binding(7) var<storage, read_write> moment2: array<u32>;

const WORDS: u32 = 65u;
const ZERO1: u32 = 127u;
var<workgroup> largest: array<vec2f, 64>;

// The code nearest to x of the map that begins at `first`; the lower one in the middle of two.
fn nearest(x: f32, first: u32) -> u32 {
  var low = 0u;
  for (var bit = 128u; bit > 0u; bit >>= 1u) {
    if (maps[first + low + bit] <= x) { low += bit; }
  }
  if (low == 255u) { return low; }
  let middle = (maps[first + low] + maps[first + low + 1u]) * 0.5;
  return select(low, low + 1u, x > middle);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) w: vec3u, @builtin(num_workgroups) n: vec3u, @builtin(local_invocation_index) lane: u32) {
  let block = w.x + w.y * n.x;
  let blocks = (p.count + 255u) / 256u;
  if (block >= blocks) { return; }
  let word = block * WORDS + lane;
  let scale_at = block * WORDS + 64u;
  let first = block * 256u + lane * 4u;
  let scale1 = bitcast<f32>(moment1[scale_at]);
  let scale2 = bitcast<f32>(moment2[scale_at]);
  let codes1 = moment1[word];
  let codes2 = moment2[word];
  var m = vec4f();
  var v = vec4f();
  var most = vec2f();
  // The last word may be cut short.
  let mine = min(4u, max(first, p.count) - first);
  for (var j = 0u; j < mine; j++) {
    let i = first + j;
    let d = gradient[i] * factor[0];
    if ((bitcast<u32>(d) & 0x7fffffffu) >= 0x7f800000u) { continue; }
    let before1 = maps[(codes1 >> (8u * j)) & 255u] * scale1;
    let before2 = maps[256u + ((codes2 >> (8u * j)) & 255u)] * scale2;
    m[j] = fma(hyper[1], before1, hyper[6] * d);
    v[j] = fma(hyper[2], before2, hyper[7] * d * d);
    most = max(most, vec2f(abs(m[j]), v[j]));
    let step = m[j] * hyper[8] / fma(sqrt(v[j]), hyper[9], hyper[4]);
    parameter[i] = fma(-hyper[0], step, parameter[i]) * hyper[3];
  }
  largest[lane] = most;
  workgroupBarrier();
  var scale = vec2f();
  for (var j = 0u; j < 64u; j++) { scale = max(scale, largest[j]); }
  var new1 = 0u;
  var new2 = 0u;
  for (var j = 0u; j < mine; j++) {
    var c1 = ZERO1;
    var c2 = 0u;
    if (scale.x > 0.0) { c1 = nearest(m[j] / scale.x, 0u); }
    if (scale.y > 0.0) { c2 = nearest(v[j] / scale.y, 256u); }
    // A first moment keeps its sign.
    if (m[j] < 0.0 && c1 >= ZERO1) { c1 = ZERO1 - 1u; }
    if (m[j] > 0.0 && c1 < ZERO1) { c1 = ZERO1; }
    new1 |= c1 << (8u * j);
    new2 |= c2 << (8u * j);
  }
  moment1[word] = new1;
  moment2[word] = new2;
  if (lane == 0u) {
    moment1[scale_at] = bitcast<u32>(scale.x);
    moment2[scale_at] = bitcast<u32>(scale.y);
  }
}
