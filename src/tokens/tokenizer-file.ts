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
  /** What was left out: the products of merges that are in no vocabulary. */
  strayMerges: string[];
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
  const { usable, strayMerges } = withUsableMerges(model, vocabulary, fail);
  return { file: { ...file, added_tokens: added, model: usable }, vocabSize: largest + 1, strayMerges };
}

/**
 * Real files hold a stray merge here and there whose product is in no vocabulary. Without it the text is spelled by
 * the two parts, as if the token had never been learned; with it the text would vanish.
 */
function withUsableMerges(
  model: Json,
  vocabulary: Map<string, number>,
  fail: (what: string) => LabError,
): { usable: Json; strayMerges: string[] } {
  if (model.merges === undefined && model.type !== 'BPE') return { usable: model, strayMerges: [] };
  if (!Array.isArray(model.merges)) throw fail('"model.merges" is not a list');
  const strayMerges: string[] = [];
  let firstStray = -1;
  const merges = model.merges.filter((merge: unknown, i) => {
    const [left, right, ...more]: unknown[] = typeof merge === 'string' ? merge.split(' ') : [merge].flat();
    if (typeof left !== 'string' || typeof right !== 'string' || more.length > 0) {
      throw fail(`"model.merges[${i}]" is ${JSON.stringify(merge)}, not two tokens`);
    }
    if (vocabulary.has(left + right)) return true;
    if (strayMerges.push(left + right) === 1) firstStray = i;
    return false;
  });
  if (strayMerges.length > STRAY_MERGES * model.merges.length) {
    throw fail(`"model.merges[${firstStray}]" makes ${JSON.stringify(strayMerges[0])}, which is not in the vocabulary`);
  }
  return { usable: { ...model, merges }, strayMerges };
}

/** Token → id. */
function readVocabulary(vocab: unknown): Map<string, number> | null {
  return isObject(vocab) ? new Map(Object.entries(vocab) as [string, number][]) : null;
}

function isObject(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The steps of a normalizer, pre-tokenizer or decoder, whether it is one or a sequence. */
export function steps(part: unknown, member: 'normalizers' | 'pretokenizers' | 'decoders'): Json[] {
  if (!isObject(part)) return [];
  const inner = part[member];
  return Array.isArray(inner) ? inner.flatMap((step) => steps(step, member)) : [part];
}

/** A step that is not read here. */
export function unsupportedPart(fileName: string, part: string, step: Json): LabError {
  return new LabError(
    'tokenizer-invalid',
    `${fileName}: "${part}" has a step that Ontoscope does not read: ${JSON.stringify(step).slice(0, 200)}.`,
    { hint: `Choose another model, or take ${fileName} from the place the weights came from.`, control: 'model.path' },
  );
}

const isId = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
