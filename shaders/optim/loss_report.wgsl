// Adds the weighted losses of one micro-batch, rows ascending, to the step's report: {loss, gradient norm}.
struct Params { rows: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> log_prob: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
// {report slot, 1 on the first micro-batch of the step}
@group(0) @binding(3) var<storage, read> control: array<u32>;
@group(0) @binding(4) var<storage, read_write> reports: array<vec2f>;

@compute @workgroup_size(1)
fn main() {
  var sum = 0.0;
  for (var i = 0u; i < p.rows; i++) {
    if (weights[i] != 0.0) { sum = fma(-log_prob[i], weights[i], sum); }
  }
  let slot = control[0];
  if (control[1] != 0u) { reports[slot] = vec2f(sum, 0.0); } else { reports[slot].x += sum; }
}
