// dm += Σ over rows of dy·z / norm: the gradient of DoRA's magnitudes, the norm being a constant. Rows ascending.
struct Params { rows: u32, width4: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> z: array<vec4f>;
@group(0) @binding(3) var<storage, read> norm: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> dm: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.width4) { return; }
  var sum = vec4f();
  for (var row = 0u; row < p.rows; row++) {
    let at = row * p.width4 + i;
    sum = fma(dy[at], z[at], sum);
  }
  let length = norm[i];
  // Where a row of weights is nothing, so is z.
  dm[i] += select(vec4f(), sum / length, length > vec4f());
}
