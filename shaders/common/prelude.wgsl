// Prelude of every kernel: the few functions that must give the same bits on every adapter.
// exp and log are written out (Cody–Waite reduction, minimax polynomial, Horner with explicit fma), because the
// built-ins differ between drivers in the last bits. Relative error ≤ 2 ulp on the ranges used here.

const ABSENT: u32 = 0xffffffffu;
const LOWEST: f32 = -3.0e38;

// e^x; 0 below −87, e^88 above 88, NaN of NaN (hence no min: it may swallow one).
fn exp_exact(x: f32) -> f32 {
  if (x < -87.0) { return 0.0; }
  let clamped = select(x, 88.0, x > 88.0);
  let n = i32(floor(fma(clamped, 1.4426950408889634, 0.5)));
  // x − n·ln 2 in two exact-to-the-bit parts, 0.693359375 being 355/512. The first factor is n·355 in whole numbers: were
  // both factors n, Mesa's compiler would add the constants up first and lose what they were split for.
  var r = fma(f32(n * 355), -0.001953125, clamped);
  r = fma(f32(n), 2.12194440e-4, r);
  var q = 1.9875691500e-4;
  q = fma(q, r, 1.3981999507e-3);
  q = fma(q, r, 8.3334519073e-3);
  q = fma(q, r, 4.1665795894e-2);
  q = fma(q, r, 1.6666665459e-1);
  q = fma(q, r, 5.0000001201e-1);
  let value = fma(fma(q, r, 1.0), r, 1.0);
  return value * bitcast<f32>(u32(n + 127) << 23u);
}

// Natural logarithm of a positive, normal x; infinity and NaN come back as they are, so that a broken loss shows.
fn log_exact(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if (bits >= 0x7f800000u) { return x; }
  var exponent = i32((bits >> 23u) & 255u) - 126;
  var m = bitcast<f32>((bits & 0x007fffffu) | 0x3f000000u);
  if (m < 0.70710678) { exponent -= 1; m = m + m; }
  m = m - 1.0;
  let z = m * m;
  var q = 7.0376836292e-2;
  q = fma(q, m, -1.1514610310e-1);
  q = fma(q, m, 1.1676998740e-1);
  q = fma(q, m, -1.2420140846e-1);
  q = fma(q, m, 1.4249322787e-1);
  q = fma(q, m, -1.6668057665e-1);
  q = fma(q, m, 2.0000714765e-1);
  q = fma(q, m, -2.4999993993e-1);
  q = fma(q, m, 3.3333331174e-1);
  let e = f32(exponent);
  var y = q * m * z;
  y = fma(e, -2.12194440e-4, y);
  y = fma(-0.5, z, y);
  return fma(e, 0.693359375, m + y);
}

fn sigmoid(x: f32) -> f32 {
  let e = exp_exact(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}

// The first key that token t sees: its segment's, or that of a window of so many tokens, t included.
fn first_key(segment_start: u32, t: u32, window: u32) -> u32 {
  return max(segment_start, select(0u, t + 1u - window, t >= window));
}

// start + a·b, x to w ascending with explicit fma: dot() may sum in any order.
fn dot4(a: vec4f, b: vec4f, start: f32) -> f32 {
  return fma(a.w, b.w, fma(a.z, b.z, fma(a.y, b.y, fma(a.x, b.x, start))));
}
