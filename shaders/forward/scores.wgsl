// From the softmax statistics: log-probability of the label at T = 1 and at T, and the argmax.
struct Params { rows: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> stats: array<Stats>;
@group(0) @binding(2) var<storage, read> temperature: array<f32>;
@group(0) @binding(3) var<storage, read_write> log_prob: array<f32>;
@group(0) @binding(4) var<storage, read_write> log_prob_t: array<f32>;
@group(0) @binding(5) var<storage, read_write> best: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u) {
  let row = g.x;
  if (row >= p.rows) { return; }
  let s = stats[row];
  let gap = s.label - s.top;
  log_prob[row] = gap - log_exact(s.total);
  log_prob_t[row] = gap * temperature[0] - log_exact(s.total_t);
  best[row] = s.best;
}
