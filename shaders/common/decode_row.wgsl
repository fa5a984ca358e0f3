// State of one decoded row: where its prompt lies in the prompt cache, its slot in the generation cache, how many tokens it
// has drawn, which logits its first token is drawn from, and what counts its random numbers.
struct Row {
  prompt_start: u32,
  prompt_length: u32,
  slot: u32,
  generated: u32,
  logits_row: u32,
  sample: u32,
  prompt: u32,
  finished: u32,
}
