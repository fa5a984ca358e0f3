// AdamW with decoupled decay (Loshchilov & Hutter 2019) over every trainable tensor at once: they lie in one pool.
// hyper: {learning rate, β1, β2, 1 − lr·decay, ε, clip limit, 1 − β1, 1 − β2, 1/(1 − β1ᵗ), 1/√(1 − β2ᵗ)}, all made in f64 on the CPU.
struct Params { count: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> hyper: array<f32>;
@group(0) @binding(2) var<storage, read> factor: array<f32>;
@group(0) @binding(3) var<storage, read> gradient: array<f32>;
@group(0) @binding(4) var<storage, read_write> parameter: array<f32>;
@group(0) @binding(5) var<storage, read_write> moment1: array<f32>;
@group(0) @binding(6) var<storage, read_write> moment2: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.count) { return; }
  let d = gradient[i] * factor[0];
  let m = fma(hyper[1], moment1[i], hyper[6] * d);
  let v = fma(hyper[2], moment2[i], hyper[7] * d * d);
  moment1[i] = m;
  moment2[i] = v;
  let step = m * hyper[8] / fma(sqrt(v), hyper[9], hyper[4]);
  parameter[i] = fma(-hyper[0], step, parameter[i] * hyper[3]);
}
