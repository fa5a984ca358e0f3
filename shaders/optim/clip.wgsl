// Global gradient norm from the last partial sums, and the clipping factor min(1, limit / (norm + 1e-6)), without read-back.
struct Params { count: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> partial: array<f32>;
@group(0) @binding(2) var<storage, read> control: array<u32>;
@group(0) @binding(3) var<storage, read> hyper: array<f32>;
@group(0) @binding(4) var<storage, read_write> reports: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> factor: array<f32>;

@compute @workgroup_size(1)
fn main() {
  var sum = 0.0;
  for (var i = 0u; i < p.count; i++) { sum += partial[i]; }
  let norm = sqrt(sum);
  reports[control[0]].y = norm;
  let limit = hyper[5];
  var value = 1.0;
  // A limit of 0 turns clipping off.
  if (limit > 0.0) { value = min(1.0, limit / (norm + 1.0e-6)); }
  factor[0] = value;
}
