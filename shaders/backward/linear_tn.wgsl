// dW[N,K] += dY[M,N]ᵀ·X[M,K]: the weight gradient, summed over the tokens in ascending order. One thread per 4 rows × 1 vec4.
struct Params { m: u32, n: u32, k4: u32, stride: u32, scale: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dw: array<vec4f>;

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) g: vec3u) {
  let column = g.x;
  let row = g.y * 4u;
  if (column >= p.k4 || row >= p.n) { return; }
  let rows = min(vec4u(row, row + 1u, row + 2u, row + 3u), vec4u(p.n - 1u));
  var acc0 = vec4f();
  var acc1 = vec4f();
  var acc2 = vec4f();
  var acc3 = vec4f();
  for (var t = 0u; t < p.m; t++) {
    let v = x[t * p.k4 + column];
    let at = t * p.stride;
    acc0 = fma(vec4f(dy[at + rows.x]), v, acc0);
    acc1 = fma(vec4f(dy[at + rows.y]), v, acc1);
    acc2 = fma(vec4f(dy[at + rows.z]), v, acc2);
    acc3 = fma(vec4f(dy[at + rows.w]), v, acc3);
  }
  let at = row * p.k4 + column;
  dw[at] = fma(acc0, vec4f(p.scale), dw[at]);
  if (row + 1u < p.n) { let i = at + p.k4; dw[i] = fma(acc1, vec4f(p.scale), dw[i]); }
  if (row + 2u < p.n) { let i = at + 2u * p.k4; dw[i] = fma(acc2, vec4f(p.scale), dw[i]); }
  if (row + 3u < p.n) { let i = at + 3u * p.k4; dw[i] = fma(acc3, vec4f(p.scale), dw[i]); }
}
