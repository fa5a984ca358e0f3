/**
 * `vocab.json` and `merges.txt`, the files of slow tokenizers, as the content of a tokenizer.json.
 *
 * Promises: the pipeline that transformers builds from them for the class that the settings name. Must not know: where
 * files lie, models.
 */
import { LabError } from '../core/errors';
import { beginningWith } from './beginning';
import type { Json } from './tokenizer-file';

export interface VocabMerges {
  /** Content of vocab.json. */
  vocab: Json;
  /** Text of merges.txt. */
  merges: string;
  /** Content of added_tokens.json. */
  added?: Json | null;
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
  GPTNeoXTokenizer: (settings) => {
    const own = gpt2(settings);
    return { ...own, normalizer: { type: 'NFC' }, tokens: { ...own.tokens, pad_token: '<|padding|>' } };
  },
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
export function tokenizerOfVocabMerges({ vocab, merges, added, settings }: VocabMerges): {
  file: Json;
  settings: Json;
} {
  const named = settings.tokenizer_class ?? null;
  const cutting = typeof named === 'string' ? CLASSES[named.replace(/Fast$/, '')] : undefined;
  if (!cutting) {
    throw new LabError(
      'tokenizer-invalid',
      named === null
        ? 'No file names the tokenizer_class of vocab.json and merges.txt, so it is not known how they cut texts.'
        : `vocab.json and merges.txt of a ${JSON.stringify(named)} are not read here.`,
      { hint: 'Save the tokenizer again with transformers: it writes tokenizer.json.', control: 'model.path' },
    );
  }
  const { tokens, ...cuts } = cutting(settings);
  const names = { ...tokens, ...settings };
  const special = specialTokens(vocab, names, added ?? {});
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

/** In the order in which those without an id get theirs. */
const SPECIAL_NAMES = ['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'].map((name) => `${name}_token`);

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

/**
 * Content of added_tokens.json as an `added_tokens_decoder`, which settings have since transformers 4.34. Throws
 * `tokenizer-invalid` where an id is none, or is another token's.
 */
function decoderOfAdded(added: Json, vocab: Json, named: readonly (string | null)[]): Record<string, Json> {
  const owners = new Map(Object.entries(vocab).map(([token, id]) => [id, token]));
  const entries = Object.entries(added).map(([content, id]): [string, Json] => {
    const proper = Number.isSafeInteger(id) && (id as number) >= 0;
    const elsewhere = Object.hasOwn(vocab, content) && vocab[content] !== id;
    if (!proper || elsewhere || (owners.get(id) ?? content) !== content) {
      throw new LabError(
        'tokenizer-invalid',
        `added_tokens.json gives ${JSON.stringify(content)} the id ${JSON.stringify(id)}, which ` +
          (proper ? 'does not go with the other ids of the tokenizer.' : 'is none.'),
        { hint: 'Take added_tokens.json and vocab.json from the place the weights came from.' },
      );
    }
    owners.set(id, content);
    const special = named.includes(content);
    return [String(id), { content, special, normalized: !special }];
  });
  return Object.fromEntries(entries);
}

/** Those of the settings or added_tokens.json, with their ids; then the named ones, with theirs or new ones behind the vocabulary. */
function specialTokens(vocab: Json, names: Json, added: Json): AddedToken[] {
  const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const further = Array.isArray(names.additional_special_tokens) ? names.additional_special_tokens : [];
  const wanted = [...SPECIAL_NAMES.map((name) => names[name]), ...further].map(contentOf);
  const found = new Map<string, AddedToken>();
  const given = (names.added_tokens_decoder ?? decoderOfAdded(added, vocab, wanted)) as Record<string, Json>;
  for (const [id, entry] of Object.entries(given)) {
    const content = contentOf(entry);
    if (content === null) continue;
    const flags = Object.fromEntries(Object.keys(plain).map((name) => [name, entry[name] === true]));
    found.set(content, { ...plain, ...flags, id: Number(id), content });
  }
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
