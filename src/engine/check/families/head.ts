/** The vocabulary in chunks: statistics, scores, ranks, the logits’ gradient, and the divergence from a frozen model. */
import { addDivergence, divergingLogitsGrad } from '../../ops/loss';
import { countRanks, logitsGrad, readScores, STATS_WIDTH, updateStats } from '../../ops/softmax';
import type { Tensor } from '../../plan';
import { argmaxRows, crossEntropy, labelLogProb, labelRanks } from '../../reference/loss';
import { divergence } from '../../reference/weighted-loss';
import { floats } from '../numbers';
import type { Trial } from '../trial';
import { near, same, type FamilyCheck } from '../types';

const [ROWS, VOCAB, COLUMNS, TEMPERATURE, KL] = [5, 130, 64, 0.7, 1.5];
const CHUNKS = [0, 64, 128].map((first) => ({ first, columns: Math.min(COLUMNS, VOCAB - first) }));

/** The chunks of logits [rows, vocab] as tensors of their own. */
function chunked(t: Trial, logits: Float32Array): Tensor[] {
  return CHUNKS.map(({ first, columns }) => {
    const part = new Float32Array(ROWS * columns);
    for (let r = 0; r < ROWS; r++) {
      part.set(logits.subarray(r * VOCAB + first, r * VOCAB + first + columns), r * columns);
    }
    return t.input(part);
  });
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(ROWS * VOCAB);
  parts.forEach((part, c) => {
    const { first, columns } = CHUNKS[c]!;
    for (let r = 0; r < ROWS; r++) whole.set(part.subarray(r * columns, (r + 1) * columns), r * VOCAB + first);
  });
  return whole;
}

export const headCheck: FamilyCheck = {
  name: 'head',
  title: 'Vocabulary: scores, ranks, loss',
  async run(run) {
    const [logits, base] = [floats(1, ROWS * VOCAB, 8), floats(2, ROWS * VOCAB, 8)];
    const labels = Uint32Array.from({ length: ROWS }, (_, r) => (r * 37 + 129) % VOCAB);
    const weights = Float32Array.from({ length: ROWS }, (_, r) => 1 / (r + 1));
    const share = new Float32Array(ROWS).fill(1 / ROWS);
    const found = await run((t) => {
      const [stats, base_stats] = [t.output(ROWS * STATS_WIDTH), t.output(ROWS * STATS_WIDTH)];
      const [log_prob, log_prob_t, best, ranks, negative] = Array.from({ length: 5 }, () => t.output(ROWS));
      const [tlabels, temperature, tweights] = [t.input(labels), t.input(Float32Array.of(1 / TEMPERATURE)), t.input(weights)]; // prettier-ignore
      const [z, kept, diverging] = [chunked(t, logits), chunked(t, base), chunked(t, logits)];
      const chunks = CHUNKS.map((chunk) => ({ ...chunk, rows: ROWS, stride: chunk.columns }));
      const common = { labels: tlabels, temperature };
      chunks.forEach((chunk, c) => updateStats(t.plan, chunk, { ...common, logits: z[c]!, stats }));
      chunks.forEach((chunk, c) => updateStats(t.plan, chunk, { ...common, logits: kept[c]!, stats: base_stats }));
      readScores(t.plan, ROWS, { stats, temperature, log_prob: log_prob!, log_prob_t: log_prob_t!, best: best! });
      chunks.forEach((chunk, c) => {
        countRanks(t.plan, chunk, { logits: z[c]!, stats, ranks: ranks! });
        const both = { stats, base_stats, base_logits: kept[c]! };
        addDivergence(t.plan, chunk, { ...both, logits: z[c]!, negative: negative! });
        const row = { labels: tlabels, weights: tweights, share: t.input(share) };
        divergingLogitsGrad(t.plan, chunk, KL, { ...both, ...row, logits: diverging[c]! });
      });
      chunks.forEach((chunk, c) => logitsGrad(t.plan, chunk, { stats, labels: tlabels, weights: tweights, logits: z[c]! })); // prettier-ignore
      const floatsOf = (tensors: Tensor[]) => Promise.all(tensors.map((tensor) => t.floats(tensor)));
      return async () => ({
        scores: await floatsOf([log_prob!, log_prob_t!, negative!]),
        words: await Promise.all([t.words(best!), t.words(ranks!)]),
        gradients: [joined(await floatsOf(z)), joined(await floatsOf(diverging))] as const,
      });
    });
    const { dLogits } = crossEntropy(logits, labels, weights, VOCAB);
    const away = divergence(logits, base, ROWS, VOCAB);
    const [logProb, logProbT, negative] = found.scores;
    return [
      near('log-probabilities', logProb!, labelLogProb(logits, labels, VOCAB), 2e-6),
      near('log-probabilities at a temperature', logProbT!, labelLogProb(logits, labels, VOCAB, TEMPERATURE), 2e-6),
      same('largest logits', found.words[0], argmaxRows(logits, VOCAB)),
      same('ranks of labels', found.words[1], labelRanks(logits, labels, VOCAB)),
      near('gradient of logits', found.gradients[0], dLogits, 2e-6),
      near('divergence from the base', negative!, away.perRow.map((kl) => -kl), 4e-6),
      near('gradient with a divergence', found.gradients[1], dLogits.map((d, i) => d + (KL / ROWS) * away.dLogits[i]!), 2e-6),
    ]; // prettier-ignore
  },
};
