// Gaussian error linear units (Hendrycks & Gimpel 2016): x·Φ(x), or its tanh form x·σ(2u), u = √(2/π)·(x + 0.044715·x³).

// Φ(x) by the Chebyshev fit of erfc of Press et al., Numerical Recipes (2nd ed., §6.2): relative error below 1.2e-7.
fn normal_share(x: f32) -> f32 {
  let z = abs(x) * 0.70710678118654752;
  let t = 1.0 / fma(0.5, z, 1.0);
  var q = 0.17087277;
  q = fma(q, t, -0.82215223);
  q = fma(q, t, 1.48851587);
  q = fma(q, t, -1.13520398);
  q = fma(q, t, 0.27886807);
  q = fma(q, t, -0.18628806);
  q = fma(q, t, 0.09678418);
  q = fma(q, t, 0.37409196);
  q = fma(q, t, 1.00002368);
  q = fma(q, t, -1.26551223);
  let tail = 0.5 * t * exp_exact(fma(-z, z, q));
  return select(1.0 - tail, tail, x < 0.0);
}

// {act(x), act′(x)}.
fn gelu(x: f32, exact: bool) -> vec2f {
  if (exact) {
    let share = normal_share(x);
    return vec2f(x * share, fma(x * 0.3989422804014327, exp_exact(-0.5 * x * x), share));
  }
  let square = x * x;
  let s = sigmoid(1.5957691216057308 * x * fma(0.044715, square, 1.0));
  let slope = 1.5957691216057308 * fma(0.134145, square, 1.0);
  return vec2f(x * s, fma(x * s * (1.0 - s), slope, s));
}
