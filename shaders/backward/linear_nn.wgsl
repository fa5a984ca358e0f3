// dX[M,K] (+)= dY[M,N]·W[N,K]  (+ G[M,R]·A[R,K], the LoRA branch), scaled. One thread per 4 rows × 1 vec4 of K.
// One accumulator per output, N ascending. W is read through its storage's loader.
struct Params { m: u32, n: u32, k4: u32, r: u32, stride: u32, accumulate: u32, scale: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<Stored>;
@group(0) @binding(3) var<storage, read> g_low: array<f32>;
@group(0) @binding(4) var<storage, read> a: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> dx: array<vec4f>;

fn store(row: u32, column: u32, value: vec4f) {
  if (row >= p.m) { return; }
  let at = row * p.k4 + column;
  if (p.accumulate != 0u) { dx[at] = dx[at] + value * p.scale; } else { dx[at] = value * p.scale; }
}

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) g: vec3u) {
  let column = g.x;
  let row = g.y * 4u;
  if (column >= p.k4 || row >= p.m) { return; }
  let rows = min(vec4u(row, row + 1u, row + 2u, row + 3u), vec4u(p.m - 1u));
  var acc0 = vec4f();
  var acc1 = vec4f();
  var acc2 = vec4f();
  var acc3 = vec4f();
  let low = rows * p.r;
  for (var j = 0u; j < p.r; j++) {
    let v = a[j * p.k4 + column];
    acc0 = fma(vec4f(g_low[low.x + j]), v, acc0);
    acc1 = fma(vec4f(g_low[low.y + j]), v, acc1);
    acc2 = fma(vec4f(g_low[low.z + j]), v, acc2);
    acc3 = fma(vec4f(g_low[low.w + j]), v, acc3);
  }
  let at = rows * p.stride;
  for (var j = 0u; j < p.n; j++) {
    let v = weight(j, j * p.k4 + column);
    acc0 = fma(vec4f(dy[at.x + j]), v, acc0);
    acc1 = fma(vec4f(dy[at.y + j]), v, acc1);
    acc2 = fma(vec4f(dy[at.z + j]), v, acc2);
    acc3 = fma(vec4f(dy[at.w + j]), v, acc3);
  }
  store(row, column, acc0);
  store(row + 1u, column, acc1);
  store(row + 2u, column, acc2);
  store(row + 3u, column, acc3);
}
