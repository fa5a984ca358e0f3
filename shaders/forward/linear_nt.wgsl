// Y[M,N] = X[M,K]·W[N,K]ᵀ  (+ s·H[M,R]·B[N,R]ᵀ, the LoRA branch)  (+ bias[N])  (+ residual[M,N]).
// A direct 4×4 register tile per thread; one accumulator per output, K ascending, so tiling never changes a bit.
// K and R are multiples of 4. N need not be. W is read through its storage's loader.
struct Params { m: u32, n: u32, k4: u32, r4: u32, stride: u32, column: u32, residual: u32, bias: u32, scale: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<Stored>;
@group(0) @binding(3) var<storage, read> h: array<vec4f>;
@group(0) @binding(4) var<storage, read> b: array<vec4f>;
@group(0) @binding(5) var<storage, read> residual: array<f32>;
@group(0) @binding(6) var<storage, read> bias: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;

// One row of x against four rows of w.
fn dots(a: vec4f, c0: vec4f, c1: vec4f, c2: vec4f, c3: vec4f, start: vec4f) -> vec4f {
  return vec4f(dot4(a, c0, start.x), dot4(a, c1, start.y), dot4(a, c2, start.z), dot4(a, c3, start.w));
}

fn store(row: u32, column: u32, value: vec4f) {
  if (row >= p.m) { return; }
  let at = row * p.stride + p.column + column;
  for (var j = 0u; j < 4u; j++) {
    if (column + j < p.n) {
      var v = value[j];
      if (p.bias != 0u) { v += bias[column + j]; }
      if (p.residual != 0u) { v += residual[at + j]; }
      y[at + j] = v;
    }
  }
}

@compute @workgroup_size(8, 4)
fn main(@builtin(global_invocation_id) g: vec3u) {
  let column = g.x * 4u;
  let row = g.y * 4u;
  if (column >= p.n || row >= p.m) { return; }
  // Rows past the edge repeat the last one: they are computed and not stored.
  let m1 = p.m - 1u;
  let n1 = p.n - 1u;
  let rows = min(vec4u(row, row + 1u, row + 2u, row + 3u), vec4u(m1));
  let columns = min(vec4u(column, column + 1u, column + 2u, column + 3u), vec4u(n1));
  var acc0 = vec4f();
  var acc1 = vec4f();
  var acc2 = vec4f();
  var acc3 = vec4f();
  if (p.r4 > 0u) {
    let hr = rows * p.r4;
    let br = columns * p.r4;
    for (var k = 0u; k < p.r4; k++) {
      let b0 = b[br.x + k];
      let b1 = b[br.y + k];
      let b2 = b[br.z + k];
      let b3 = b[br.w + k];
      acc0 = dots(h[hr.x + k], b0, b1, b2, b3, acc0);
      acc1 = dots(h[hr.y + k], b0, b1, b2, b3, acc1);
      acc2 = dots(h[hr.z + k], b0, b1, b2, b3, acc2);
      acc3 = dots(h[hr.w + k], b0, b1, b2, b3, acc3);
    }
    acc0 *= p.scale;
    acc1 *= p.scale;
    acc2 *= p.scale;
    acc3 *= p.scale;
  }
  let xr = rows * p.k4;
  let wr = columns * p.k4;
  for (var k = 0u; k < p.k4; k++) {
    let w0 = weight(columns.x, wr.x + k);
    let w1 = weight(columns.y, wr.y + k);
    let w2 = weight(columns.z, wr.z + k);
    let w3 = weight(columns.w, wr.w + k);
    acc0 = dots(x[xr.x + k], w0, w1, w2, w3, acc0);
    acc1 = dots(x[xr.y + k], w0, w1, w2, w3, acc1);
    acc2 = dots(x[xr.z + k], w0, w1, w2, w3, acc2);
    acc3 = dots(x[xr.w + k], w0, w1, w2, w3, acc3);
  }
  store(row, column, acc0);
  store(row + 1u, column, acc1);
  store(row + 2u, column, acc2);
  store(row + 3u, column, acc3);
}
