/**
 * Vectors of every term and identifier, at the layers asked for: a file an evaluation, and what the vectors say.
 *
 * Promises: the model as it is then, adapter or trained weights included; the file of an evaluation that is measured again
 * is the same file.
 */
import { DIRECTION_LABEL } from '../../core/direction';
import { LabError } from '../../core/errors';
import { requireLayers, type DecoderConfig } from '../../engine';
import { encodeEmbeddings, type EmbeddingRecord } from '../../records';
import { embeddingEstimates, type LayerVectors } from './embedding-estimates';
import { packTexts, type EmbeddingTexts } from './embedding-texts';
import type { PreparedProbe, Probe, ProbeInputs, ProbeRun } from './types';

const LAYERS = 'evaluation.probes.embeddings.layers';
/** Vectors of one evaluation, held at once and written as one file. */
const MOST_BYTES = 512 * 1024 * 1024;
/** Rows read between two safe points. */
const ROWS = 8;

type Settings = NonNullable<ProbeInputs['spec']['evaluation']['probes']['embeddings']>;

export const embeddings: Probe = {
  prepare(inputs) {
    const settings = inputs.spec.evaluation.probes.embeddings;
    return Promise.resolve(settings && prepared(inputs, settings));
  },
};

function prepared(inputs: ProbeInputs, { at, layers, pooling }: Settings): PreparedProbe {
  const { config, tokenizer, stopIds, rowTokens } = inputs;
  requireLayers(config, layers);
  const pairs = pairsOf(inputs);
  checkMemory(pairs.length, layers.length, config);
  const texts = packTexts([pairs.map(({ term }) => term), pairs.map(({ identifier }) => identifier)], pooling, {
    ...{ tokenizer, stopIds, rowTokens },
    contextLength: config.contextLength,
  });
  const most = (measure: (row: EmbeddingTexts['rows'][number]) => number) => Math.max(...texts.rows.map(measure));
  const probe = { inputs, layers, pooling, texts };
  return {
    name: 'embeddings',
    files: [],
    warnings: texts.warnings,
    kind: 'embeddings',
    due: ({ first, last }) => first || at === 'every' || (at === 'first-last' && last),
    records: layers.length,
    tokens: texts.tokens,
    decoding: [],
    decodedTokens: 0,
    row: null,
    states: { tokens: most(({ row }) => row.ids.length), spans: most(({ spans }) => spans.length / 2), layers },
    open: () => Promise.resolve({ measure: (run) => measure(run, probe) }),
  };
}

function pairsOf({ dataset }: ProbeInputs) {
  const plain = (seen: boolean) => (pair: { identifier: string; term: string }) => ({
    identifier: pair.identifier,
    term: pair.term,
    seen,
  });
  return [...dataset.seen.map(plain(true)), ...dataset.withheld.map(plain(false))];
}

function checkMemory(pairs: number, layers: number, { hiddenSize }: DecoderConfig): void {
  const bytes = 2 * pairs * layers * hiddenSize * 4;
  if (bytes <= MOST_BYTES) return;
  const mebibytes = (value: number) => Math.ceil(value / 1024 ** 2);
  throw new LabError(
    'device-limit',
    `Vectors of ${2 * pairs} texts at ${layers} layers take ${mebibytes(bytes)} MiB at one evaluation; ${mebibytes(MOST_BYTES)} MiB are allowed.`,
    { hint: 'Ask for fewer layers, or draw fewer pairs.', control: LAYERS },
  );
}

interface EmbeddingProbe {
  inputs: ProbeInputs;
  layers: readonly number[];
  pooling: Settings['pooling'];
  texts: EmbeddingTexts;
}

async function measure(run: ProbeRun, { inputs, layers, pooling, texts }: EmbeddingProbe): Promise<void> {
  if (run.done.embeddings.length > 0) return;
  const { config, spec } = inputs;
  const width = config.hiddenSize;
  const pairs = pairsOf(inputs);
  const whole = layers.map(() => new Float32Array(2 * pairs.length * width));
  let filled = 0;
  for (let first = 0; first < texts.rows.length; first += ROWS) {
    await run.gate();
    const rows = texts.rows.slice(first, first + ROWS);
    const means = await run.session.hiddenStates(rows, layers);
    means.forEach((part, at) => whole[at]!.set(part, filled));
    filled += means[0]!.length;
    run.worked(rows.reduce((sum, { row }) => sum + row.ids.length, 0));
  }
  const vectors = layers.map((layer, at): LayerVectors & { layer: number } => {
    if (!whole[at]!.every(Number.isFinite)) throw notFinite(run, layer);
    const half = pairs.length * width;
    return { layer, width, term: whole[at]!.slice(0, half), identifier: whole[at]!.slice(half) };
  });
  const { moment } = run;
  const path = `embeddings/${moment.direction}/step-${String(moment.step).padStart(6, '0')}.safetensors`;
  const { padding } = texts;
  const bytes = encodeEmbeddings({ ...moment, pooling, padding, pairs, layers: vectors });
  const records = vectors.map((layer): EmbeddingRecord => ({
    ...moment,
    layer: layer.layer,
    pooling,
    padding,
    file: path,
    pairs: pairs.length,
    width,
    ...embeddingEstimates(
      layer,
      pairs.map(({ seen }) => seen),
      spec.seed,
    ),
  }));
  await run.emit('embeddings', records, [{ path, bytes }]);
}

function notFinite({ moment }: ProbeRun, layer: number): LabError {
  return new LabError(
    'loss-not-finite',
    `A vector of layer ${layer} after step ${moment.step} of ${DIRECTION_LABEL[moment.direction]} is not finite.`,
    {
      hint: 'If the model itself is sound, training has blown up: lower optimizer.learningRate or set optimizer.clipNorm.',
      control: 'optimizer.learningRate',
    },
  );
}
