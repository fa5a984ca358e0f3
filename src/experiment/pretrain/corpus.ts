/**
 * A corpus and its tokenizer from a folder: sentences.jsonl, held-out.txt, tokenizer.json, tokenizer_config.json.
 *
 * Promises: what is wrong names the file and the line. Must not know: where the folder lies, how a corpus is made.
 */
import * as v from 'valibot';
import { DIRECTIONS } from '../../core/direction';
import { LabError } from '../../core/errors';
import type { FileFolder } from '../../core/files';
import { fileSizes, readJsonObject, readText } from '../../models/files';
import { parseLines } from '../../records/jsonl';
import type { Corpus, Sentence, TokenizerFiles } from '../../worlds/types';

export const CORPUS_FILES = {
  sentences: 'sentences.jsonl',
  heldOut: 'held-out.txt',
  tokenizer: 'tokenizer.json',
  tokenizerConfig: 'tokenizer_config.json',
} as const;

/** Everything that a model is pretrained on. */
export interface PretrainingText {
  /** For messages. */
  name: string;
  corpus: Corpus;
  tokenizer: TokenizerFiles;
}

const sentenceSchema: v.GenericSchema<unknown, Sentence> = v.pipe(
  v.strictObject({
    text: v.pipe(v.string(), v.minLength(1)),
    fact: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))),
    order: v.nullable(v.picklist(DIRECTIONS)),
  }),
  v.check(({ fact, order }) => (fact === null) === (order === null), 'fact and order are both given or both null'),
);

/** Throws `file-missing`, `file-unreadable`, `record-invalid` or `tokenizer-invalid`. */
export async function readCorpus(folder: FileFolder): Promise<PretrainingText> {
  const sizes = await fileSizes(folder);
  const bytesOf = (file: string) => {
    const bytes = sizes.get(file);
    if (bytes !== undefined) return bytes;
    throw new LabError('file-missing', `${folder.name} has no ${file}.`, {
      hint: `Give the folder of a corpus: it holds ${Object.values(CORPUS_FILES).join(', ')}.`,
    });
  };
  const text = (file: string) => readText(folder, file, bytesOf(file), 'file-unreadable');
  const json = (file: string) => readJsonObject(folder, file, bytesOf(file), 'tokenizer-invalid');
  const lines = await text(CORPUS_FILES.sentences);
  const heldOut = await text(CORPUS_FILES.heldOut);
  return {
    name: folder.name,
    corpus: {
      sentences: parseLines(lines, `${folder.name}/${CORPUS_FILES.sentences}`, sentenceSchema, 'sentence'),
      heldOut: heldOut.split(/\r?\n/).filter((line) => line !== ''),
    },
    tokenizer: {
      tokenizer: await json(CORPUS_FILES.tokenizer),
      tokenizerConfig: await json(CORPUS_FILES.tokenizerConfig),
    },
  };
}
