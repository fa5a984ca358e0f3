// The value of each NF4 code.
const NF4_VALUES = array<f32, 16>(
  -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453,
  -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0,
  0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
  0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0,
);

// The vec4 that is number `at` of the flattened weight, unscaled: four codes in two bytes, the first in the high nibble.
fn nf4(at: u32) -> vec4f {
  let codes = (vec4u(w[at >> 1u] >> ((at & 1u) * 16u)) >> vec4u(4u, 0u, 12u, 8u)) & vec4u(15u);
  return vec4f(NF4_VALUES[codes.x], NF4_VALUES[codes.y], NF4_VALUES[codes.z], NF4_VALUES[codes.w]);
}
