// Weight of each example, 1 − confidence^γ: confidence is the least mean of its labels' probabilities over windows of
// `window` tokens (stride 1; an example shorter than that is one window), as exp(mean log p) or as the mean of p itself.
struct Params { examples: u32, window: u32, geometric: u32, gamma: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> log_prob: array<f32>;
// First head row of each example and the one after its last; equal where there is no example.
@group(0) @binding(2) var<storage, read> spans: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> weight: array<f32>;

// 1 − e^x for x ≤ 0; by its series where 1 − e^x would lose the digits.
fn one_minus_exp(x: f32) -> f32 {
  if (x < -0.25) { return 1.0 - exp_exact(x); }
  var q = 2.48015873e-5;
  q = fma(q, x, 1.98412698e-4);
  q = fma(q, x, 1.38888889e-3);
  q = fma(q, x, 8.33333333e-3);
  q = fma(q, x, 4.16666667e-2);
  q = fma(q, x, 1.66666667e-1);
  q = fma(q, x, 0.5);
  return -x * fma(q, x, 1.0);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u) {
  let example = g.x;
  if (example >= p.examples) { return; }
  let span = spans[example];
  if (span.x == span.y) { weight[example] = 0.0; return; }
  let width = min(p.window, span.y - span.x);
  var least = 0.0;
  for (var first = span.x; first + width <= span.y; first++) {
    var sum = 0.0;
    for (var row = first; row < first + width; row++) {
      if (p.geometric != 0u) { sum += log_prob[row]; } else { sum += exp_exact(log_prob[row]); }
    }
    if (first == span.x || sum < least) { least = sum; }
  }
  let mean = least / f32(width);
  var log_confidence = min(mean, 0.0);
  if (p.geometric == 0u) {
    // Below the smallest normal number a logarithm is not defined here; e^−88 is as good as none.
    log_confidence = -88.0;
    if (mean >= 1.2e-38) { log_confidence = min(log_exact(mean), 0.0); }
  }
  weight[example] = one_minus_exp(p.gamma * log_confidence);
}
