// y[i] = mean of x over the rows from spans[2i] up to, not including, spans[2i + 1], rows ascending.
// One thread per (span, vec4); an empty span gives zeros.
struct Params { spans: u32, width4: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> spans: array<u32>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.spans * p.width4) { return; }
  let span = i / p.width4;
  let first = spans[2u * span];
  let end = spans[2u * span + 1u];
  var sum = vec4f();
  for (var row = first; row < end; row++) { sum += x[row * p.width4 + i % p.width4]; }
  y[i] = sum / f32(max(end - first, 1u));
}
