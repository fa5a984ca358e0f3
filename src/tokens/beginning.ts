/** The post-processor of a Hugging Face tokenizer that puts one special token in front of every text. */

/** As `tokenizer.json` holds it, for single texts and for pairs. */
export function beginningWith(token: string, id: number): Record<string, unknown> {
  const begin = { SpecialToken: { id: token, type_id: 0 } };
  const sequence = (name: string, type_id: number) => ({ Sequence: { id: name, type_id } });
  return {
    type: 'TemplateProcessing',
    single: [begin, sequence('A', 0)],
    pair: [begin, sequence('A', 0), sequence('B', 1)],
    special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
  };
}
