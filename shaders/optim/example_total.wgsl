// Adds the weights of one row's examples, ascending, to the batch's total: what a normalised loss is divided by.
struct Params { examples: u32, per_example: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> spans: array<vec2u>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
// {report slot, first micro-batch, 0 the total stands already, 1 it begins with this row, 2 this row is added}
@group(0) @binding(3) var<storage, read> control: array<u32>;
@group(0) @binding(4) var<storage, read_write> totals: array<f32>;

@compute @workgroup_size(1)
fn main() {
  if (control[2] == 0u) { return; }
  var sum = 0.0;
  if (control[2] == 2u) { sum = totals[0]; }
  for (var i = 0u; i < p.examples; i++) {
    let length = spans[i].y - spans[i].x;
    if (length == 0u) { continue; }
    sum = fma(weight[i], select(f32(length), 1.0, p.per_example != 0u), sum);
  }
  totals[0] = sum;
}
