/**
 * A small corpus of our own making: facts with chosen exposures in both orders, filler, held-out text, and the tiny
 * model's tokenizer. Promises: the same options give the same corpus.
 */
import type { Direction } from '../../src/core/direction';
import { PhiloxSequence } from '../../src/core/philox';
import { encodeLines, type PretrainingText } from '../../src/experiment';
import { parsePretrainConfig, type PretrainConfig } from '../../src/spec';
import type { Sentence } from '../../src/worlds/types';
import { jsonBytes, tinyTokenizerJson, type FileMap } from './tiny-model';

const STREAM = 102;
const SYLLABLES = ['al', 'no', 'rm', 'ab', 'it', 'is', 'or', 'en', 'st', 'ar'];

export interface TinyCorpusOptions {
  seed?: number;
  /** Exposures of each fact. */
  exposures: readonly number[];
  filler?: number;
  heldOut?: number;
  /** Share of sentences with the term first. */
  termFirst?: number;
}

export interface TinyFact {
  term: string;
  identifier: string;
}

export interface TinyCorpus extends PretrainingText {
  facts: TinyFact[];
}

/** The sentence that states a fact. */
export function stated({ term, identifier }: TinyFact, order: Direction): string {
  return order === 'term-to-id' ? `${term} is ${identifier}` : `${identifier} is ${term}`;
}

export function tinyCorpus({ seed = 1, exposures, filler = 0, heldOut = 4, termFirst = 1 }: TinyCorpusOptions) {
  const draws = new PhiloxSequence(seed, STREAM);
  const word = (syllables: number) =>
    Array.from({ length: syllables }, () => SYLLABLES[draws.nextInt(SYLLABLES.length)]).join('');
  const facts = exposures.map(() => ({
    term: `${word(2)} ${word(3)}`,
    identifier: `HP:${String(draws.nextInt(10000)).padStart(4, '0')}`,
  }));
  const chatter = () => `the ${word(2)} of the ${word(2)}`;
  const sentences: Sentence[] = facts.flatMap((fact, index) =>
    Array.from({ length: exposures[index]! }, () => {
      const order: Direction = draws.nextUnit() < termFirst ? 'term-to-id' : 'id-to-term';
      return { text: stated(fact, order), fact: index, order };
    }),
  );
  for (let i = 0; i < filler; i++) sentences.push({ text: chatter(), fact: null, order: null });
  draws.shuffle(sentences);
  const corpus: TinyCorpus = {
    name: 'tiny corpus',
    facts,
    corpus: { sentences, heldOut: Array.from({ length: heldOut }, chatter) },
    tokenizer: {
      tokenizer: tinyTokenizerJson(),
      tokenizerConfig: { bos_token: '<s>', eos_token: '</s>', clean_up_tokenization_spaces: false },
    },
  };
  return corpus;
}

/** As a folder holds it. */
export function corpusFiles({ corpus, tokenizer }: PretrainingText): FileMap {
  const text = (content: string) => new TextEncoder().encode(content);
  return new Map([
    ['sentences.jsonl', text(encodeLines(corpus.sentences))],
    ['held-out.txt', text(corpus.heldOut.map((line) => `${line}\n`).join(''))],
    ['tokenizer.json', jsonBytes(tokenizer.tokenizer)],
    ['tokenizer_config.json', jsonBytes(tokenizer.tokenizerConfig)],
  ]);
}

/** A model of a few thousand parameters. */
export function tinyPretrainConfig(...assignments: string[]): PretrainConfig {
  const config = {
    pretrainVersion: 1,
    name: 'tiny',
    seed: 7,
    model: { hiddenSize: 16, layers: 2, heads: 4, kvHeads: 2, intermediateSize: 24, contextLength: 64 },
    batch: { rowTokens: 64, rows: 2 },
    schedule: { warmupSteps: 3 },
    evaluation: { everySteps: 4 },
  };
  return parsePretrainConfig(config, 'tiny.json', assignments);
}
