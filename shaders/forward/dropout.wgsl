// y = x · keep / (1 − rate) (+ residual), keep drawn for every element: inverted dropout (Srivastava et al., JMLR 15, 2014).
// One Philox counter (quad, site, step, row) gives the words of four elements, so backward draws the same mask again.
struct Params { count4: u32, site: u32, stream: u32, threshold: u32, residual: u32, scale: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> draw: array<u32, 3>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> residual: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.count4) { return; }
  let words = philox4x32(vec4u(i, p.site, draw[1], draw[2]), vec2u(draw[0], p.stream));
  var base = vec4f(0.0);
  if (p.residual != 0u) { base = residual[i]; }
  y[i] = select(base, fma(x[i], vec4f(p.scale), base), words >= vec4u(p.threshold));
}
