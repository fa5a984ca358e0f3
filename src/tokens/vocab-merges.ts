/**
 * `vocab.json` and `merges.txt`, the files of slow tokenizers, as the content of a tokenizer.json.
 *
 * Promises: the pipeline that transformers builds from them for the class that tokenizer_config.json names. Must not know:
 * where files lie, models.
 */
import { LabError } from '../core/errors';
import { beginningWith } from './beginning';
import type { Json } from './tokenizer-file';

export interface VocabMerges {
  /** Content of vocab.json. */
  vocab: Json;
  /** Text of merges.txt. */
  merges: string;
  /** tokenizer_config.json over special_tokens_map.json. */
  settings: Json;
}

const BYTE_LEVEL = { type: 'ByteLevel', trim_offsets: true };
// prettier-ignore
const QWEN_PATTERN =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

interface Cutting {
  normalizer: Json | null;
  pre_tokenizer: Json;
  /** The names of tokens that the class has where the settings name none. */
  tokens: Readonly<Record<string, string>>;
}

const END = '<|endoftext|>';

/** By tokenizer_class, without its "Fast". */
const CLASSES: Record<string, (settings: Json) => Cutting> = {
  GPT2Tokenizer: gpt2,
  GPTNeoXTokenizer: gpt2,
  Qwen2Tokenizer: (settings) => ({
    normalizer: { type: 'NFC' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: QWEN_PATTERN }, behavior: 'Isolated', invert: false },
        { ...BYTE_LEVEL, add_prefix_space: settings.add_prefix_space === true, use_regex: false },
      ],
    },
    tokens: { unk_token: END, eos_token: END, pad_token: END },
  }),
};

function gpt2(settings: Json): Cutting {
  return {
    normalizer: null,
    pre_tokenizer: { ...BYTE_LEVEL, add_prefix_space: settings.add_prefix_space === true, use_regex: true },
    tokens: { unk_token: END, bos_token: END, eos_token: END },
  };
}

/** With the settings, those included that the class fills in. Throws `tokenizer-invalid` for a class whose pipeline is not known, and for merges that are none. */
export function tokenizerOfVocabMerges({ vocab, merges, settings }: VocabMerges): { file: Json; settings: Json } {
  const named = settings.tokenizer_class ?? 'GPT2Tokenizer';
  const cutting = typeof named === 'string' ? CLASSES[named.replace(/Fast$/, '')] : undefined;
  if (!cutting) {
    throw new LabError(
      'tokenizer-invalid',
      `tokenizer_config.json: vocab.json and merges.txt of a ${JSON.stringify(named)} are not read here.`,
      { hint: 'Save the tokenizer again with transformers: it writes tokenizer.json.', control: 'model.path' },
    );
  }
  const { tokens, ...cuts } = cutting(settings);
  const names = { ...tokens, ...settings };
  const special = specialTokens(vocab, names);
  const bos = contentOf(names.bos_token);
  const bosId =
    settings.add_bos_token === true && bos !== null ? special.find(({ content }) => content === bos)?.id : undefined;
  const file = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special,
    ...cuts,
    post_processor: bosId === undefined ? null : beginningWith(bos!, bosId),
    decoder: { ...BYTE_LEVEL, add_prefix_space: true },
    model: { type: 'BPE', unk_token: null, fuse_unk: false, byte_fallback: false, vocab, merges: readMerges(merges) },
  };
  return { file, settings: names };
}

function readMerges(text: string): [string, string][] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#version'))
    .map((line, i) => {
      const parts = line.split(' ');
      if (parts.length === 2) return parts as [string, string];
      throw new LabError(
        'tokenizer-invalid',
        `merges.txt: merge ${i + 1}, ${JSON.stringify(line)}, is not two tokens.`,
        {
          hint: 'Take merges.txt from the place the weights came from.',
        },
      );
    });
}

interface AddedToken {
  id: number;
  content: string;
  single_word: boolean;
  lstrip: boolean;
  rstrip: boolean;
  normalized: boolean;
  special: boolean;
}

function contentOf(token: unknown): string | null {
  const content = typeof token === 'object' && token !== null ? (token as Json).content : token;
  return typeof content === 'string' ? content : null;
}

/** Those of `added_tokens_decoder`, with their ids; then the named ones, with theirs or new ones behind the vocabulary. */
function specialTokens(vocab: Json, names: Json): AddedToken[] {
  const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const found = new Map<string, AddedToken>();
  for (const [id, entry] of Object.entries((names.added_tokens_decoder ?? {}) as Record<string, Json>)) {
    const content = contentOf(entry);
    if (content === null) continue;
    const flags = Object.fromEntries(Object.keys(plain).map((name) => [name, entry[name] === true]));
    found.set(content, { ...plain, ...flags, id: Number(id), content });
  }
  const further = Array.isArray(names.additional_special_tokens) ? names.additional_special_tokens : [];
  const wanted = [names.bos_token, names.eos_token, names.unk_token, names.pad_token, ...further].map(contentOf);
  let next = Object.values(vocab).reduce<number>(
    (most, id) => (typeof id === 'number' ? Math.max(most, id) : most),
    -1,
  );
  for (const { id } of found.values()) next = Math.max(next, id);
  for (const content of wanted) {
    if (content === null || found.has(content)) continue;
    const own = Object.hasOwn(vocab, content) ? Number(vocab[content]) : ++next;
    found.set(content, { ...plain, id: own, content });
  }
  return [...found.values()].sort((a, b) => a.id - b.id);
}
