/** Fields that say how the model is trained. */
import { link, local, type FieldRow, type GroupRow, type Section, type SpecField, type SpecGroup } from './row';

type Name = 'method' | 'retention' | 'adapter' | 'optimizer' | 'schedule' | 'train' | 'checkpoint';

export const TRAINING_FIELDS: Record<Section<SpecField, Name>, FieldRow> = {
  'method.kind': link('Method', null, 'What a training step minimises.'),
  'method.window': link(
    'Confidence window',
    'tokens',
    'Length of a stretch whose confidence is taken; a shorter answer is one.',
  ),
  'method.windowMean': link('Mean within a window', null, 'How the probabilities of a window’s tokens are averaged.'),
  'method.gamma': link('Gamma', null, 'Exponent of the confidence: an answer weighs 1 − confidence^gamma.'),
  'method.tokenWeights': link(
    'Token weights',
    null,
    'Weighs each token by its own probability; without them only whole answers are weighed.',
  ),
  'method.normalise': link(
    'Normalise',
    null,
    'Divides by the batch’s sum of weights instead of its size, which keeps steps as large as without weights.',
  ),
  'retention.rehearsal.source': link('Source of the rehearsal', null, 'What is trained beside each batch to be kept.'),
  'retention.rehearsal.perBatch': link('Rehearsed per batch', 'examples', 'Rehearsed examples beside each batch.'),
  'retention.rehearsal.path': local('Text to rehearse', 'Text file, one text a line, for the source text.'),
  'retention.klWeight': link(
    'KL weight',
    null,
    'Weight of the divergence from the untrained model, in nats per token; 0 turns it off.',
  ),
  'adapter.kind': link('Adapter', null, 'Which weights are trained.'),
  'adapter.rank': link('LoRA rank', null, 'Columns of the thin matrices: how much the adapter can hold.'),
  'adapter.alpha': link('LoRA alpha', null, 'Scales what the adapter adds.'),
  'adapter.scaling': link('LoRA scaling', null, 'Whether alpha is divided by the rank or by its square root.'),
  'adapter.targets': link(
    'LoRA layers',
    null,
    'Linear layers that get an adapter: names, all-linear, or a pattern of whole module paths as in PEFT.',
  ),
  'adapter.dora': link('DoRA', null, 'Trains a magnitude for each output beside the direction of its weights.'),
  'optimizer.kind': link('Optimizer', null, 'How gradients become changes of weights.'),
  'optimizer.learningRate': link('Learning rate', null, 'Size of a step at the height of the schedule.'),
  'optimizer.beta1': link('Beta 1', null, 'Share of the mean gradient that each step keeps.'),
  'optimizer.beta2': link('Beta 2', null, 'Share of the mean squared gradient that each step keeps.'),
  'optimizer.epsilon': link('Epsilon', null, 'Added to the divisor, against divisions by almost nothing.'),
  'optimizer.weightDecay': link(
    'Weight decay',
    null,
    'Share of each weight, times the learning rate, that a step takes away.',
  ),
  'optimizer.clipNorm': link('Clip norm', null, 'Longest gradient that a step takes; without one it takes any.'),
  'optimizer.loraPlusRatio': link(
    'LoRA+ ratio',
    null,
    'Learning rate of B and of magnitudes over that of A; without one all train at one rate.',
  ),
  'schedule.kind': link('Schedule', null, 'How the learning rate goes on after the warm-up.'),
  'schedule.warmupSteps': link('Warm-up', 'steps', 'Steps over which the learning rate rises from zero.'),
  'train.epochs': link('Epochs', 'epochs', 'How often training goes through all its examples.'),
  'train.batchSize': link('Batch size', 'examples', 'Questions with their answers per step of the optimizer.'),
  'train.rowTokens': link(
    'Tokens per row',
    'tokens',
    'Length of the packed row that is computed at once; without one it is chosen from the data.',
  ),
  'train.earlyStopping.measure': link('Measure for stopping', null, 'What has to improve for training to go on.'),
  'train.earlyStopping.patience': link(
    'Patience',
    'evaluations',
    'Evaluations without an improvement after which training ends.',
  ),
  'train.earlyStopping.minImprovement': link('Least improvement', null, 'A change counts where it exceeds this.'),
  'checkpoint.everySteps': link(
    'Steps between checkpoints',
    'steps',
    'Writes a checkpoint after every so many; without a number by time and after each epoch only.',
  ),
  'checkpoint.everySeconds': link(
    'Time between checkpoints',
    'seconds',
    'No checkpoint is older, but for one call to the engine.',
  ),
};

export const TRAINING_GROUPS: Record<Section<SpecGroup, Name>, GroupRow> = {
  method: { label: 'Method', help: 'What a training step minimises.' },
  retention: { label: 'Retention', help: 'What keeps the model from forgetting while it learns.' },
  'retention.rehearsal': { label: 'Rehearsal', help: 'Examples of what shall be kept, trained beside each batch.' },
  adapter: { label: 'Adapter', help: 'Which weights are trained, and how.' },
  optimizer: { label: 'Optimizer', help: 'How gradients become changes of weights.' },
  schedule: { label: 'Schedule', help: 'How the learning rate changes over the steps.' },
  train: { label: 'Training', help: 'How long and in which portions.' },
  'train.earlyStopping': {
    label: 'Early stopping',
    help: 'Ends a direction once a measure no longer improves; without it all epochs are trained.',
  },
  checkpoint: { label: 'Checkpoints', help: 'How often a run can be continued from; changes no number of it.' },
};
