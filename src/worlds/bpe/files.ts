/**
 * A learned BPE as the files of a Hugging Face tokenizer.
 *
 * Promises: id 0 stands at the beginning and at the end of a text; then the 256 bytes, then the merges in order.
 * `tokenizers` of JavaScript and Python read both files, put id 0 in front, and give the same ids. Must not know: how the merges were learned.
 */
import { beginningWith } from '../../tokens/beginning';
import { BYTE_CHARACTERS } from '../../tokens/byte-characters';
import type { TokenizerFiles } from '../types';
import { PRE_TOKEN_PATTERN } from './pre-tokens';
import type { Bpe } from './train';

export const END_OF_TEXT = '<|endoftext|>';
/** Id of the first byte: the special token goes before. */
export const FIRST_TOKEN = 1;

export function tokenizerFiles({ tokens, merges }: Bpe): TokenizerFiles {
  const text = (id: number) => Array.from(tokens[id]!, (byte) => BYTE_CHARACTERS[byte]!).join('');
  const vocab: Record<string, number> = { [END_OF_TEXT]: 0 };
  for (const id of tokens.keys()) vocab[text(id)] = id + FIRST_TOKEN;
  return {
    tokenizer: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [
        {
          id: 0,
          content: END_OF_TEXT,
          single_word: false,
          lstrip: false,
          rstrip: false,
          normalized: false,
          special: true,
        },
      ],
      normalizer: null,
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          { type: 'Split', pattern: { Regex: PRE_TOKEN_PATTERN }, behavior: 'Isolated', invert: false },
          { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
        ],
      },
      post_processor: beginningWith(END_OF_TEXT, 0),
      decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab,
        merges: merges.map(([left, right]) => [text(left), text(right)]),
      },
    },
    tokenizerConfig: {
      tokenizer_class: 'PreTrainedTokenizerFast',
      bos_token: END_OF_TEXT,
      eos_token: END_OF_TEXT,
      pad_token: END_OF_TEXT,
      unk_token: null,
      clean_up_tokenization_spaces: false,
      model_max_length: 1000000,
    },
  };
}
