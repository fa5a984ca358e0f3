// Running softmax statistics of each row over one chunk of the vocabulary, so that rows × vocabulary never exists.
struct Params { rows: u32, columns: u32, stride: u32, first: u32, reset: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> temperature: array<f32>;
@group(0) @binding(4) var<storage, read_write> stats: array<Stats>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u) {
  let row = g.x;
  if (row >= p.rows) { return; }
  var s = stats[row];
  if (p.reset != 0u) { s = Stats(LOWEST, 0.0, 0.0, 0.0, 0u); }
  let inverse = temperature[0];
  let base = row * p.stride;
  var top = s.top;
  for (var c = 0u; c < p.columns; c++) {
    let z = logits[base + c];
    if (z > top) { top = z; s.best = p.first + c; }
  }
  var total = s.total * exp_exact(s.top - top);
  var total_t = s.total_t * exp_exact((s.top - top) * inverse);
  for (var c = 0u; c < p.columns; c++) {
    let z = logits[base + c] - top;
    total += exp_exact(z);
    total_t += exp_exact(z * inverse);
  }
  s.top = top;
  s.total = total;
  s.total_t = total_t;
  let label = labels[row] - p.first;
  if (label < p.columns) { s.label = logits[base + label]; }
  stats[row] = s;
}
