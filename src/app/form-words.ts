/** The choices of generated settings in words; what has none is shown as the spec writes it. */
import { METHODS, OPTIMIZERS, PRECISIONS, SAMPLING_TIMES } from '../spec';

const labels = (table: Record<string, { label: string }>): Record<string, string> =>
  Object.fromEntries(Object.entries(table).map(([name, { label }]) => [name, label]));

const WORDS: Record<string, Record<string, string>> = {
  'method.kind': labels(METHODS),
  'model.precision': labels(PRECISIONS),
  'optimizer.kind': labels(OPTIMIZERS),
  'retention.rehearsal.source': { 'known-withheld': 'withheld facts known before', text: 'a text file' },
  'train.earlyStopping.measure': {
    'training-loss': 'loss of the training',
    'seen-accuracy': 'accuracy of seen facts',
    'language-loss': 'loss on other texts',
  },
  'evaluation.at.kind': { epochs: 'every so many epochs', steps: 'every so many steps', fractions: 'at shares of it' },
  'evaluation.probes.embeddings.at': labels(SAMPLING_TIMES),
  'evaluation.probes.embeddings.pooling': {
    'content-mean': 'mean of the content',
    'last-token': 'last token',
    'as-published': 'as published (padding in the mean)',
  },
};

export function optionLabel(path: string, option: string | number): string {
  return WORDS[path]?.[String(option)] ?? String(option);
}
