/** Fields that say when and how a model is asked, and what else is measured. */
import { link, local, type FieldRow, type GroupRow, type Section, type SpecField, type SpecGroup } from './row';

type Name = 'evaluation';

export const EVALUATION_FIELDS: Record<Section<SpecField, Name>, FieldRow> = {
  'evaluation.at.kind': link(
    'Rhythm of evaluations',
    null,
    'Whether they come by epochs, by steps, or at shares of the training.',
  ),
  'evaluation.at.every': link(
    'Between evaluations',
    { epochs: 'epochs', steps: 'steps' },
    'How many lie between two evaluations; before training and at its end there always is one.',
  ),
  'evaluation.at.fractions': link(
    'Shares of the training',
    null,
    'Shares of all steps after which facts are evaluated.',
  ),
  'evaluation.samples': link('Samples k', 'samples', 'Stochastic answers drawn for each fact.'),
  'evaluation.temperature': link('Temperature', null, 'Divides the logits before sampling: lower is surer.'),
  'evaluation.topK': link('Top-k', null, 'Samples among so many likeliest tokens only; 0 takes all.'),
  'evaluation.topP': link(
    'Top-p',
    null,
    'Samples among the likeliest tokens that hold this share of probability; 1 takes all.',
  ),
  'evaluation.sampleAt': link('When samples are drawn', null, 'At which evaluations stochastic answers are drawn.'),
  'evaluation.keptAnswers': link(
    'Sampled answers kept',
    null,
    'Different sampled answers of a fact that are kept as texts with counts, most frequent first; 0 keeps none.',
  ),
  'evaluation.maxNewTokens': link(
    'Longest answer',
    'tokens',
    'Length at which an answer is cut; never below the longest label.',
  ),
  'evaluation.probes.ranks': link(
    'Ranks',
    null,
    'Records the rank of the label’s token at each position of the answer.',
  ),
  'evaluation.probes.tokens': link(
    'Token by token',
    null,
    'Records the log-probability of each token of the label, and the texts of these tokens.',
  ),
  'evaluation.probes.embeddings.at': link('When vectors are taken', null, 'At which evaluations they are.'),
  'evaluation.probes.embeddings.layers': link(
    'Layers',
    null,
    'Depths at which they are taken: 0 is the input embedding, n the output of layer n, −1 the last.',
  ),
  'evaluation.probes.embeddings.pooling': link('Pooling', null, 'How the vectors of several tokens become one.'),
  'evaluation.probes.canaries.path': local(
    'Canaries',
    'Table with the columns prompt and completion; without one: the untrained model’s own greedy continuations.',
  ),
  'evaluation.probes.canaries.count': link(
    'Number of canaries',
    'questions',
    'Canaries that are asked at each evaluation.',
  ),
  'evaluation.probes.canaries.tokens': link('Length of a canary', 'tokens', 'Length of an own continuation.'),
  'evaluation.probes.languageLoss.path': local(
    'Texts',
    'Text file, one text a line; without one: texts that the untrained model draws itself.',
  ),
  'evaluation.probes.languageLoss.texts': link(
    'Number of texts',
    'texts',
    'Texts whose loss is measured at each evaluation.',
  ),
  'evaluation.probes.languageLoss.tokens': link('Length of a text', 'tokens', 'Length at which a text is cut.'),
};

export const EVALUATION_GROUPS: Record<Section<SpecGroup, Name>, GroupRow> = {
  evaluation: { label: 'Evaluation', help: 'When and how the model is asked for what it knows.' },
  'evaluation.at': { label: 'Times of evaluation', help: 'When facts are evaluated.' },
  'evaluation.probes': { label: 'Probes', help: 'What an evaluation measures besides the answers.' },
  'evaluation.probes.embeddings': { label: 'Embeddings', help: 'Vectors of terms and identifiers.' },
  'evaluation.probes.canaries': {
    label: 'Canaries',
    help: 'Questions that have nothing to do with what is learned, to see what is forgotten of them.',
  },
  'evaluation.probes.languageLoss': {
    label: 'Language loss',
    help: 'Mean loss per token on texts that are never trained.',
  },
};
