/** Scores of single facts. */
import * as stats from '../../../src/stats';
import { type MethodPage } from './page';

export const SCORES: readonly MethodPage[] = [
  {
    name: 'membership',
    title: 'Membership scores',
    when: 'Was this text in the training data? Scores to be judged by AUC and by true-positive rate at a small false-positive rate.',
    formula:
      'loss: mean log p;  zlib: that / compressed bytes\nMin-K%: mean of the lowest K % of log p\nMin-K%++: the same of (log p − μ)/σ, μ and σ over the vocabulary',
    source:
      'Yeom et al., CSF 2018; Carlini et al., USENIX Security 2021; Shi et al., ICLR 2024; Zhang et al., ICLR 2025.',
    code: "const logProbs = [-1, -9, -2, -5, -3, -4, -0.5, -0.1, -7, -6];\nreturn { loss: stats.lossScore(logProbs), minK: stats.minKScore(logProbs), zlibBytes: stats.zlibBytes('HP:0001250 Seizure') };",
    picture: () => {
      const logProbs = [-1, -9, -2, -5, -3, -4, -0.5, -0.1, -7, -6];
      return {
        title: 'Min-K% and K',
        x: 'K %',
        y: 'score',
        marks: [
          {
            kind: 'line',
            points: Array.from({ length: 10 }, (_, i) => ({
              x: 10 * (i + 1),
              y: stats.minKScore(logProbs, (i + 1) / 10),
            })),
          },
        ],
      };
    },
    pitfalls: 'Without held-out texts of the same kind a score means nothing.',
    verified: 'Formula anchors; zlib’s lengths against zlib 1.2.13.',
  },
  {
    name: 'pass-at-k',
    title: 'Pass@k, at least m',
    when: 'From n sampled answers with c right ones: the chance that at least m of k would be.',
    formula: 'Σ_{j ≥ m} C(c, j) C(n − c, k − j) / C(n, k)',
    source: 'Chen et al., 2021 (m = 1); hypergeometric for m > 1.',
    code: 'return [1, 2, 3].map((m) => ({ m, pass: stats.passAtK({ n: 10, c: 3, k: 5, m }) }));',
    picture: () => ({
      title: 'n = 10, c = 3',
      x: 'k',
      y: 'Pass@k',
      yRange: [0, 1],
      marks: [1, 2, 3].map((m) => ({
        kind: 'line' as const,
        label: `m = ${m}`,
        points: Array.from({ length: 8 }, (_, i) => ({ x: i + 3, y: stats.passAtK({ n: 10, c: 3, k: i + 3, m }) })),
      })),
    }),
    pitfalls: 'Unbiased in c/n, but with few samples wide: give n.',
    verified: 'Published anchors.',
  },
];
