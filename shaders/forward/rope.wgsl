// Rotary embedding on half-split pairs (i, i + half) of each head's first dimensions, in place. direction = −1 rotates back (the transpose, for backward).
// cos and sin come from tables made in f64 on the CPU: the built-ins differ by 2e-4 between drivers.
struct Params { rows: u32, heads: u32, half: u32, depth: u32, direction: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> positions: array<u32>;
@group(0) @binding(2) var<storage, read> cosine: array<f32>;
@group(0) @binding(3) var<storage, read> sine: array<f32>;
@group(0) @binding(4) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.rows * p.heads * p.half) { return; }
  let pair = i % p.half;
  let head = i / p.half;
  let angle = positions[head / p.heads] * p.half + pair;
  let c = cosine[angle];
  let s = sine[angle] * p.direction;
  let at = head * p.depth + pair;
  let a = x[at];
  let b = x[at + p.half];
  x[at] = fma(a, c, -(b * s));
  x[at + p.half] = fma(b, c, a * s);
}
