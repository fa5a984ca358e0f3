/** Geometry of embeddings. */
import * as stats from '../../../src/stats';
import { forest, type MethodPage } from './page';
import type { Mark } from '../picture';

export const VECTORS: readonly MethodPage[] = [
  {
    name: 'separation',
    title: 'Separation of classes by cosine',
    when: 'Do vectors of true and false statements lie apart? The margin answers that; the published separation does not: it compares how tight the classes are.',
    formula:
      'as published: | mean cos(T, T) − mean cos(F, F) |, diagonals in\nmargin: mean cos of pairs of one class − mean cos of pairs across, diagonals out;  p by relabelling\nsilhouette: mean of (b − a) / max(a, b)',
    source: 'Rousseeuw, J. Comput. Appl. Math. 20 (1987) 53–65; the margin and its test are this project’s.',
    code: 'const { asPublished, tightnessDifference, margin, test } = stats.classSeparation(stats.vectorsOf(data.vectors), data.truth, { seed: 1, permutations: 199, replicates: 200 });\nreturn { asPublished, tightnessDifference, margin, test, silhouette: stats.silhouette(stats.vectorsOf(data.vectors), data.truth) };',
    picture: (data) => {
      const { scores } = stats.pca(stats.vectorsOf(data.vectors), 2);
      const of = (truth: boolean): Mark => ({
        kind: 'dots',
        label: truth ? 'true' : 'false',
        points: data.truth.flatMap((value, i) =>
          value === truth ? [{ x: scores.data[2 * i]!, y: scores.data[2 * i + 1]! }] : [],
        ),
      });
      return {
        title: 'One class tight, one wide, both in one place',
        x: 'component 1',
        y: 'component 2',
        marks: [of(true), of(false)],
      };
    },
    pitfalls: 'The published figure is large here although no probe could tell the classes by place.',
    verified: 'NumPy and scikit-learn, to 1e-10.',
  },
  {
    name: 'probe',
    title: 'Linear probe',
    when: 'Can a linear reader tell true from false? Judged on held-out folds, beside the same probe on shuffled labels.',
    formula: 'min ½‖w‖² + C Σ log(1 + exp(−y (w·x + b)));  selectivity = accuracy − accuracy on shuffled labels',
    source: 'Hewitt & Liang, EMNLP 2019 (selectivity); the objective is scikit-learn’s.',
    code: 'const { accuracy, control, selectivity } = stats.crossValidatedProbe(stats.vectorsOf(data.vectors), data.truth, { seed: 1 });\nreturn { accuracy, control, selectivity };',
    picture: (data) => {
      const { accuracy, control } = stats.crossValidatedProbe(stats.vectorsOf(data.vectors), data.truth, { seed: 1 });
      return forest('Accuracy and control', [accuracy, control], 'share right', 0.5);
    },
    pitfalls: 'With more dimensions than rows a probe fits anything: only held-out accuracy above the control counts.',
    verified: 'scikit-learn’s LogisticRegression, tall and wide, to 1e-6.',
  },
  {
    name: 'matching',
    title: 'Matched against shuffled pairs',
    when: 'Is a term’s vector nearer to its own identifier than to others’?',
    formula: 'AUC of cosines of matched against deranged pairs;  MRR = mean 1/rank of the right partner',
    source: 'DeLong et al. (1988) for the interval; derangement by Sattolo’s algorithm.',
    code: 'const { auc, meanReciprocalRank, chanceReciprocalRank, cohenD } = stats.matchedAgainstShuffled(stats.vectorsOf(data.vectors), stats.vectorsOf(data.partners), { seed: 1 });\nreturn { auc, meanReciprocalRank, chanceReciprocalRank, cohenD };',
    picture: (data) => {
      const { matched, shuffled } = stats.matchedAgainstShuffled(
        stats.vectorsOf(data.vectors),
        stats.vectorsOf(data.partners),
        { seed: 1 },
      );
      const sorted = (values: number[], label: string): Mark => ({
        kind: 'line',
        label,
        points: values.toSorted((a, b) => a - b).map((y, x) => ({ x, y })),
      });
      return {
        title: 'Cosines, sorted',
        x: 'pair',
        y: 'cosine',
        marks: [sorted(matched, 'matched'), sorted(shuffled, 'shuffled')],
      };
    },
    pitfalls: 'Shared words or digits make pairs match without knowledge: stand the lexicalization measures beside it.',
    verified: 'By planted partners and by chance.',
  },
  {
    name: 'pca',
    title: 'Principal components',
    when: 'A first look at vectors.',
    formula:
      'eigenvectors of the covariance; the largest entry of each axis is positive, so equal data give equal pictures',
    source: 'Hotelling, J. Educ. Psychol. 24 (1933) 417–441.',
    code: 'const { variance, explained } = stats.pca(stats.vectorsOf(data.vectors), 2);\nreturn { variance: [...variance], explained: [...explained] };',
    picture: (data) => {
      const { explained } = stats.pca(stats.vectorsOf(data.vectors), 6);
      return {
        title: 'Variance explained',
        x: 'component',
        y: 'share',
        xRange: [0, 7],
        yRange: [0, 1],
        marks: [{ kind: 'bars', points: [...explained].map((y, i) => ({ x: i + 1, y })) }],
      };
    },
    pitfalls: 'Distance in a plane is not distance in the space: test there, not here.',
    verified: 'scikit-learn’s PCA, up to signs, to 1e-7.',
  },
  {
    name: 'matrix-entropy',
    title: 'Matrix-based entropy',
    when: 'How many directions do token vectors use? Compression of representations, layer by layer.',
    formula: 'S_α = ln Σ (λᵢ / tr K)^α / (1 − α), K = R Rᵀ;  α = 2: 2 ln tr K − ln ‖K‖²',
    source: 'Sánchez Giraldo, Rao & Príncipe, IEEE Trans. Inf. Theory 61 (2015) 535–548.',
    code: 'const rows = stats.vectorsOf([[1, 0], [0, 1], [1, 1]]);\nreturn { two: stats.matrixEntropy(rows), one: stats.matrixEntropy(rows, 1), most: Math.log(2) };',
    picture: (data) => ({
      title: 'Entropy and order',
      x: 'order α',
      y: 'nats',
      marks: [
        {
          kind: 'line',
          points: [0.25, 0.5, 0.75, 1, 1.5, 2, 3].map((x) => ({
            x,
            y: stats.matrixEntropy(stats.vectorsOf(data.vectors), x),
          })),
        },
      ],
    }),
    pitfalls: 'Raw activations: neither centred nor scaled. Its range is 0 to ln min(n, d).',
    verified: 'NumPy, orders ½, 1, 2, to 1e-8.',
  },
];
