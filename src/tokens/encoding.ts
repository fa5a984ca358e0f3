/**
 * The parts of a tokenizer.json that cut a text, written so that the library reads them as Python's `tokenizers` does.
 *
 * Promises: a part that the library reads otherwise is put in other words with the same meaning, or refused by name; it
 * never gives other tokens in silence. Must not know: vocabularies' content, models.
 */
import { LabError } from '../core/errors';
import { BYTE_CHARACTERS } from './byte-characters';
import { type Json, steps, unsupportedPart } from './tokenizer-file';

/** Throws `tokenizer-invalid` naming what is not read exactly. */
export function exactEncoding(file: Json, fileName: string): Json {
  const added = file.added_tokens as Json[];
  const single = added.find((token) => token.single_word === true);
  if (single)
    throw unsupported(fileName, `token ${JSON.stringify(single.content)} is for whole words only (single_word)`);
  return {
    ...file,
    model: exactModel(file, fileName),
    normalizer: exactNormalizer(file.normalizer, added, fileName),
    pre_tokenizer: exactPreTokenizer(file.pre_tokenizer, fileName),
  };
}

function unsupported(fileName: string, what: string): LabError {
  return new LabError('tokenizer-invalid', `${fileName}: ${what}, which Ontoscope does not read as Python does.`, {
    hint: 'Choose a model with a byte-level or sentencepiece-like BPE tokenizer, as GPT-2, Llama, Qwen and Gemma have.',
    control: 'model.path',
  });
}

function exactModel({ model, pre_tokenizer: cuts }: Json, fileName: string): Json {
  const own = model as Json;
  const type = own.type ?? (own.merges === undefined ? undefined : 'BPE');
  if (type !== 'BPE' && type !== 'WordLevel') throw unsupported(fileName, `"model.type" is ${JSON.stringify(type)}`);
  for (const name of ['dropout', 'continuing_subword_prefix', 'end_of_word_suffix']) {
    if (own[name]) throw unsupported(fileName, `"model.${name}" is ${JSON.stringify(own[name])}`);
  }
  const vocabulary = own.vocab as Json;
  const spells = (tokens: readonly string[]) => tokens.every((token) => Object.hasOwn(vocabulary, token));
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const byteLevel = steps(cuts, 'pretokenizers').some((step) => step.type === 'ByteLevel');
  const complete = (own.byte_fallback === true && spells(bytes)) || (byteLevel && spells(BYTE_CHARACTERS));
  if (type === 'BPE' && own.fuse_unk === true && typeof own.unk_token === 'string' && !complete) {
    throw unsupported(fileName, 'unknown characters in a row are one token ("model.fuse_unk")');
  }
  return { ...own, type };
}

const NORMALIZERS = ['NFC', 'NFD', 'NFKC', 'NFKD', 'Prepend', 'Replace'];

function exactNormalizer(part: unknown, added: readonly Json[], fileName: string): Json | null {
  const normalizers = steps(part, 'normalizers').map((step) => {
    if (!NORMALIZERS.includes(step.type as string)) throw unsupportedPart(fileName, 'normalizer', step);
    // A dollar would be read as a reference to the match.
    if (step.type !== 'Replace' || typeof step.content !== 'string') return step;
    return { ...step, content: step.content.replaceAll('$', '$$$$') };
  });
  // Added tokens that are looked for after normalising must not be looked for before, even where nothing is normalised.
  const late = added.some((token) => token.normalized ?? !token.special);
  return normalizers.length > 0 || late ? { type: 'Sequence', normalizers } : null;
}

function exactPreTokenizer(part: unknown, fileName: string): Json | null {
  const pretokenizers = steps(part, 'pretokenizers').flatMap((step) => exactCut(step, fileName));
  return pretokenizers.length > 0 ? { type: 'Sequence', pretokenizers } : null;
}

const cut = (Regex: string, behavior = 'Isolated', invert = false) => ({
  ...{ type: 'Split', pattern: { Regex }, behavior, invert },
});

function exactCut(step: Json, fileName: string): Json[] {
  switch (step.type) {
    case 'ByteLevel':
      return byteLevelCuts(step);
    case 'Digits':
      return [cut(step.individual_digits === true ? '\\p{N}' : '\\p{N}+')];
    case 'WhitespaceSplit':
      return [cut('\\s+', 'Removed')];
    case 'Whitespace':
      return [cut('\\w+|[^\\w\\s]+', 'Removed', true)];
    case 'Metaspace':
      return metaspaceCut(step);
    case 'Split':
      return [exactSplit(step, fileName)];
    default:
      throw unsupportedPart(fileName, 'pre_tokenizer', step);
  }
}

const GPT2_PATTERN = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/**
 * The library's own pattern has JavaScript's white space, with U+FEFF and without U+0085; those of a Split it reads as
 * Python does. The space in front comes before the cut.
 */
function byteLevelCuts(step: Json): Json[] {
  if (step.use_regex === false) return [step];
  const space = { type: 'Metaspace', replacement: ' ', prepend_scheme: 'always' };
  const bytes = { ...step, add_prefix_space: false, use_regex: false };
  return [...(step.add_prefix_space === true ? [space] : []), cut(GPT2_PATTERN), bytes];
}

/** The library only replaces; cutting before each replacement is a step of its own. */
function metaspaceCut(step: Json): Json[] {
  const { replacement = '▁', prepend_scheme: scheme = 'always', add_prefix_space: adds, split = true } = step;
  const replaced = { ...step, prepend_scheme: adds === false ? 'never' : scheme };
  const sign = literal(replacement as string);
  return split === false ? [replaced] : [replaced, cut(`${sign}(?:(?!${sign})[\\s\\S])*`)];
}

/** The library knows what is removed and what stands alone; the other ways to cut are patterns of pieces that stand alone. */
function exactSplit(step: Json, fileName: string): Json {
  const { Regex, String: text } = (step.pattern ?? {}) as Json;
  if (typeof Regex !== 'string' && typeof text !== 'string') throw unsupportedPart(fileName, 'pre_tokenizer', step);
  const pattern = typeof Regex === 'string' ? Regex : literal(text as string);
  const inverted = step.invert === true;
  if (step.behavior === 'Removed') return cut(pattern, 'Removed', inverted);
  if (inverted) throw unsupported(fileName, `"pre_tokenizer" cuts by ${JSON.stringify(step.behavior)}, inverted`);
  const other = `(?:(?!${pattern})[\\s\\S])*`;
  switch (step.behavior) {
    case 'Isolated':
      return cut(pattern);
    case 'Contiguous':
      return cut(`(?:${pattern})+`);
    case 'MergedWithPrevious':
      return cut(`${other}(?:${pattern})`);
    case 'MergedWithNext':
      return cut(`(?:${pattern})${other}`);
    default:
      throw unsupportedPart(fileName, 'pre_tokenizer', step);
  }
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
