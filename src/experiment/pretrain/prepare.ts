/**
 * Everything of a pretraining that is known before a device is asked: sequences, steps, shape, memory, operations.
 *
 * Promises: what can be refused is refused here; the run's identity is that of what it computes. Must not know: devices.
 */
import { elementsOfAll } from '../../core/shape';
import type { PackedRow, TokenExample } from '../../core/packed-row';
import { sha256Hex, sha256Stream } from '../../core/hash';
import { canonicalJson } from '../../core/json';
import { LabError } from '../../core/errors';
import { decoderWeights, planMemory, type DecoderConfig, type SessionShape } from '../../engine';
import { llamaConfigJson, type LlamaShape, type SpecialIds } from '../../models';
import { readModelConfig } from '../../models/config';
import { pretrainIdentity, type PretrainConfig } from '../../spec';
import { createTokenizer } from '../../tokens/hf-tokenizer';
import { inputTokens, packExamples } from '../../tokens/packing';
import { withBeginning } from './beginning';
import { CORPUS_FILES, type PretrainingText } from './corpus';
import type { TokenizerFiles } from '../../worlds/types';
import { countOperations } from './operations';
import { withKeptActivations } from '../kept-activations';
import type { PretrainPlan } from './records';
import { encodeTexts, rowsInOrder, sequenceIds, stepsOf, type Stretch } from './sequences';

export interface PreparedPretraining {
  config: PretrainConfig;
  text: PretrainingText;
  /** As it belongs to the model: it puts BOS in front of a text. */
  tokenizerFiles: TokenizerFiles;
  /** Identity of what is computed: configuration, corpus, tokenizer. */
  runId: string;
  configHash: string;
  corpusHash: string;
  shape: LlamaShape;
  ids: SpecialIds;
  decoder: DecoderConfig;
  /** One a sentence, in their order. */
  examples: TokenExample[];
  /** Rows of each optimiser step. */
  steps: Stretch[][];
  /** Tokens trained up to and with each step. */
  trainedTokens: number[];
  heldOutRows: PackedRow[];
  session: SessionShape;
  plan: PretrainPlan;
}

/** Throws `tokenizer-invalid`, `sequence-too-long`, `config-invalid`, `record-invalid`. */
export function preparePretraining(text: PretrainingText, config: PretrainConfig): PreparedPretraining {
  const { name, corpus } = text;
  const tokenizerFiles = withBeginning(text.tokenizer);
  const tokenizer = createTokenizer(tokenizerFiles.tokenizer, tokenizerFiles.tokenizerConfig);
  const ids = sequenceIds(tokenizer);
  const shape: LlamaShape = { ...config.model, vocabSize: tokenizer.vocabSize };
  // Read back as any model's, so that what is trained is what will be opened.
  const { decoder } = readModelConfig(llamaConfigJson(shape, ids, 'f32'), null, () => !shape.tiedEmbeddings);
  const { rowTokens, rows: rowsPerStep } = config.batch;
  const limits = { rowTokens, contextLength: decoder.contextLength };
  const sentences = corpus.sentences.map((sentence) => sentence.text);
  const examples = encodeTexts(sentences, tokenizer, { name: `${name}/${CORPUS_FILES.sentences}`, ...limits });
  if (examples.length === 0) {
    throw new LabError('record-invalid', `${name} has no sentence.`, { hint: 'Give a corpus with sentences.' });
  }
  const heldOut = encodeTexts(corpus.heldOut, tokenizer, { name: `${name}/${CORPUS_FILES.heldOut}`, ...limits });
  const heldOutRows = packExamples(heldOut, rowTokens, decoder.contextLength);
  const steps = stepsOf(rowsInOrder(examples, rowTokens), rowsPerStep);
  const trainedTokens = cumulativeTokens(steps, examples);
  const dropout = config.dropout > 0 ? { rate: config.dropout, seed: config.seed } : undefined;
  const scoreRows = distinctShapes(heldOutRows);
  const trainable = { kind: 'full' } as const;
  const { shape: session, memory } = withKeptActivations(
    trainable,
    { rowTokens, supervised: rowTokens, dropout, scoreRows },
    (each) => planMemory(decoder, trainable, each),
  );
  const facts = new Set(corpus.sentences.flatMap(({ fact }) => fact ?? []));
  const corpusHash = hashText(text);
  return {
    config,
    text,
    tokenizerFiles,
    runId: sha256Hex(canonicalJson({ config: pretrainIdentity(config), corpus: corpusHash })).slice(0, 16),
    configHash: pretrainIdentity(config),
    corpusHash,
    shape,
    ids,
    decoder,
    examples,
    steps,
    trainedTokens,
    heldOutRows,
    session,
    plan: {
      parameters: elementsOfAll(decoderWeights(decoder)),
      steps: steps.length,
      tokens: trainedTokens.at(-1)!,
      heldOutTokens: heldOutRows.reduce((sum, row) => sum + row.labels.length, 0),
      sentences: examples.length,
      filler: corpus.sentences.filter(({ fact }) => fact === null).length,
      facts: facts.size,
      rowTokens,
      operations: countOperations(decoder, examples.map(inputTokens), session.keepActivations === true),
      memory,
    },
  };
}

/** The rows of one step, laid out. */
export function rowsOfStep(prepared: PreparedPretraining, step: number): PackedRow[] {
  const { examples, steps, session, decoder } = prepared;
  return steps[step]!.map(({ first, end }) => {
    const [row] = packExamples(examples.slice(first, end), session.rowTokens, decoder.contextLength);
    return row!;
  });
}

function distinctShapes(rows: readonly PackedRow[]): { tokens: number; supervised: number }[] {
  const shapes = rows.map(({ ids, labels }) => ({ tokens: ids.length, supervised: labels.length }));
  return [...new Map(shapes.map((shape) => [`${shape.tokens}/${shape.supervised}`, shape])).values()];
}

function cumulativeTokens(steps: readonly Stretch[][], examples: readonly TokenExample[]): number[] {
  let total = 0;
  return steps.map((rows) => {
    for (let i = rows[0]!.first; i < rows.at(-1)!.end; i++) total += examples[i]!.completion.length;
    return total;
  });
}

/** Of what the corpus says, however its files were written. */
function hashText({ corpus, tokenizer }: PretrainingText): string {
  const hash = sha256Stream();
  const add = (value: unknown) => hash.update(new TextEncoder().encode(`${canonicalJson(value)}\n`));
  corpus.sentences.forEach(add);
  add([...corpus.heldOut]);
  add(tokenizer);
  return hash.hex();
}
