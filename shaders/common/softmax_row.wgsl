// Running softmax of one row: largest logit, Σ exp(z − max), Σ exp((z − max)/T), the label's logit, smallest id of the largest.
struct Stats {
  top: f32,
  total: f32,
  total_t: f32,
  label: f32,
  best: u32,
}
