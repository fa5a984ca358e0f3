/**
 * Checks the content of a tokenizer.json before a tokenizer is made of it.
 *
 * Promises: what comes out has a vocabulary of proper ids, and only merges that lead to tokens of it; without that,
 * text would be dropped in silence. Must not know: how texts are encoded.
 */
import { LabError } from '../core/errors';

export type Json = Record<string, unknown>;

/** More unusable merges than this share mean that vocabulary and merges belong to different tokenizers. */
const STRAY_MERGES = 0.01;

export interface CheckedTokenizerFile {
  /** The file's content, with stray merges left out and absent lists empty. */
  file: Json;
  /** Number of ids: the largest one plus 1. */
  vocabSize: number;
}

/** Throws `tokenizer-invalid` naming the place. */
export function checkTokenizerFile(file: Json, fileName: string): CheckedTokenizerFile {
  const fail = (what: string) =>
    new LabError('tokenizer-invalid', `${fileName}: ${what}.`, {
      hint: `Take ${fileName} from the place the weights came from, or save it again with a fast tokenizer.`,
    });
  const model = file.model;
  if (!isObject(model)) throw fail('"model" is missing');
  const vocabulary = readVocabulary(model.vocab);
  if (vocabulary === null) throw fail('"model.vocab" does not map tokens to ids');
  const added = file.added_tokens ?? [];
  if (!Array.isArray(added)) throw fail('"added_tokens" is not a list');
  for (const [i, token] of added.entries()) {
    if (!isObject(token) || typeof token.content !== 'string' || !isId(token.id)) {
      throw fail(`"added_tokens[${i}]" has no content and id`);
    }
    vocabulary.set(token.content, token.id as number);
  }
  if (vocabulary.size === 0) throw fail('the vocabulary is empty');
  for (const [token, id] of vocabulary) {
    if (!isId(id)) throw fail(`token ${JSON.stringify(token)} has the id ${JSON.stringify(id)}`);
  }
  let largest = 0;
  for (const id of vocabulary.values()) largest = Math.max(largest, id);
  const checked = { ...file, added_tokens: added, model: withUsableMerges(model, vocabulary, fail) };
  return { file: checked, vocabSize: largest + 1 };
}

/**
 * Real files hold a stray merge here and there whose product is in no vocabulary. Without it the text is spelled by
 * the two parts, as if the token had never been learned; with it the text would vanish.
 */
function withUsableMerges(model: Json, vocabulary: Map<string, number>, fail: (what: string) => LabError): Json {
  if (model.merges === undefined && model.type !== 'BPE') return model;
  if (!Array.isArray(model.merges)) throw fail('"model.merges" is not a list');
  const affix = (name: string) => (typeof model[name] === 'string' ? model[name] : '');
  const suffix = affix('end_of_word_suffix');
  const prefix = affix('continuing_subword_prefix');
  const strays: string[] = [];
  const merges = model.merges.filter((merge: unknown, i) => {
    const [left, right, ...more]: unknown[] = typeof merge === 'string' ? merge.split(' ') : [merge].flat();
    if (typeof left !== 'string' || typeof right !== 'string' || more.length > 0) {
      throw fail(`"model.merges[${i}]" is ${JSON.stringify(merge)}, not two tokens`);
    }
    const joined = left + (right.startsWith(prefix) ? right.slice(prefix.length) : right);
    const usable = vocabulary.has(joined) || vocabulary.has(joined + suffix);
    if (!usable) strays.push(`"model.merges[${i}]" makes ${JSON.stringify(joined)}, which is not in the vocabulary`);
    return usable;
  });
  if (strays.length > STRAY_MERGES * model.merges.length) throw fail(strays[0]!);
  return { ...model, merges };
}

/** Token → id of a map (BPE, WordPiece, WordLevel) or of a list of [token, score] (Unigram). */
function readVocabulary(vocab: unknown): Map<string, number> | null {
  if (Array.isArray(vocab)) {
    if (!vocab.every((entry) => Array.isArray(entry) && typeof entry[0] === 'string')) return null;
    return new Map(vocab.map((entry: [string, number], id) => [entry[0], id]));
  }
  return isObject(vocab) ? new Map(Object.entries(vocab) as [string, number][]) : null;
}

function isObject(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

const isId = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
