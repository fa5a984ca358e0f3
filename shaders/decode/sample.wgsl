// Draws the next token of every row: greedy at temperature 0, else softmax(z/T) cut by top-k, then top-p, by inverse CDF in
// ascending token order with one Philox number keyed by (seed, stream) and counted by (step, sample, prompt).
// The cuts are found by bisection over the ordered bits of the logits, so there is no sort; ties at a threshold all stay.
// Feeds the token, its position and its row back on the GPU; a finished row's current token is ABSENT. One thread per row.
struct Params { rows: u32, vocab: u32, stride: u32, capacity: u32, from_prompt: u32 }
struct Settings { inverse_temperature: f32, top_p: f32, top_k: u32, seed: u32, stream: u32, key: u32, stop_count: u32, greedy: u32, stops: array<u32, 24> }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> settings: Settings;
@group(0) @binding(2) var<storage, read> logits: array<f32>;
@group(0) @binding(3) var<storage, read_write> rows: array<Row>;
@group(0) @binding(4) var<storage, read_write> current: array<u32>;
@group(0) @binding(5) var<storage, read_write> positions: array<u32>;
@group(0) @binding(6) var<storage, read_write> tokens: array<u32>;
@group(0) @binding(7) var<storage, read_write> log_probs: array<f32>;

// Order-preserving map of floats to unsigned integers.
fn sortable(z: f32) -> u32 {
  let bits = bitcast<u32>(z);
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}

// Largest key that still keeps at least k logits.
fn top_k_key(base: u32, k: u32) -> u32 {
  var key = 0u;
  for (var bit = 0x80000000u; bit != 0u; bit >>= 1u) {
    let candidate = key | bit;
    var kept = 0u;
    for (var c = 0u; c < p.vocab; c++) { if (sortable(logits[base + c]) >= candidate) { kept += 1u; } }
    if (kept >= k) { key = candidate; }
  }
  return key;
}

fn mass(base: u32, key: u32, top: f32) -> f32 {
  var sum = 0.0;
  for (var c = 0u; c < p.vocab; c++) {
    let z = logits[base + c];
    if (sortable(z) >= key) { sum += exp_exact((z - top) * settings.inverse_temperature); }
  }
  return sum;
}

// Largest key whose kept mass is at least top_p of what top-k left.
fn top_p_key(base: u32, lowest: u32, top: f32) -> u32 {
  let wanted = settings.top_p * mass(base, lowest, top);
  var key = 0u;
  for (var bit = 0x80000000u; bit != 0u; bit >>= 1u) {
    let candidate = key | bit;
    if (mass(base, max(candidate, lowest), top) >= wanted) { key = candidate; }
  }
  // The likeliest token always stays, whatever top_p.
  return min(max(key, lowest), sortable(top));
}

fn draw(base: u32, top: f32, row: Row) -> u32 {
  var key = 0u;
  if (settings.top_k > 0u && settings.top_k < p.vocab) { key = top_k_key(base, settings.top_k); }
  if (settings.top_p < 1.0) { key = top_p_key(base, key, top); }
  let word = philox4x32(vec4u(row.generated, row.sample, row.prompt, settings.stream), vec2u(settings.seed, settings.key)).x;
  let wanted = to_unit(word) * mass(base, key, top);
  var sum = 0.0;
  var last = 0u;
  for (var c = 0u; c < p.vocab; c++) {
    let z = logits[base + c];
    if (sortable(z) < key) { continue; }
    sum += exp_exact((z - top) * settings.inverse_temperature);
    last = c;
    if (sum > wanted) { break; }
  }
  return last;
}

@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) g: vec3u) {
  let i = g.x;
  if (i >= p.rows) { return; }
  let row = rows[i];
  if (row.finished != 0u) { return; }
  let base = select(i, row.logits_row, p.from_prompt != 0u) * p.stride;
  var top = LOWEST;
  var id = 0u;
  for (var c = 0u; c < p.vocab; c++) {
    let z = logits[base + c];
    if (z > top) { top = z; id = c; }
  }
  var total = 0.0;
  for (var c = 0u; c < p.vocab; c++) { total += exp_exact(logits[base + c] - top); }
  if (settings.greedy == 0u) { id = draw(base, top, row); }
  let at = row.slot * p.capacity + row.generated;
  tokens[at] = id;
  log_probs[at] = logits[base + id] - top - log_exact(total);
  var stop = row.generated + 1u >= p.capacity;
  for (var s = 0u; s < settings.stop_count; s++) { if (settings.stops[s] == id) { stop = true; } }
  rows[i].generated = row.generated + 1u;
  rows[i].finished = select(0u, 1u, stop);
  current[i] = select(id, ABSENT, stop);
  positions[i] = row.prompt_length + row.generated;
}
