// Embedding gradient as a segmented reduction: tokens come sorted by id, and each distinct id of the shard sums its own rows
// in ascending token order. No atomics. One thread per (distinct id, vec4).
struct Params { groups: u32, width4: u32, first: u32, count: u32, scale: f32 }
@group(0) @binding(0) var<uniform> p: Params;
// Tokens sorted by id, ties by position.
@group(0) @binding(1) var<storage, read> order: array<u32>;
// Per group: id, first place in order, place after the last. Unused groups hold ABSENT as id.
@group(0) @binding(2) var<storage, read> groups: array<u32>;
@group(0) @binding(3) var<storage, read> dx: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> dtable: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = g.x + g.y * n.x * 64u;
  if (i >= p.groups * p.width4) { return; }
  let at = i / p.width4 * 3u;
  let column = i % p.width4;
  let row = groups[at] - p.first;
  if (groups[at] == ABSENT || row >= p.count) { return; }
  var sum = vec4f();
  for (var j = groups[at + 1u]; j < groups[at + 2u]; j++) { sum += dx[order[j] * p.width4 + column]; }
  let at_row = row * p.width4 + column;
  dtable[at_row] = fma(sum, vec4f(p.scale), dtable[at_row]);
}
