/** The plain number fields of the spec, as the settings panels list them: one line a field. */
export interface NumberSetting {
  /** Dotted path in the spec. */
  path: string;
  label: string;
  hint?: string;
  /** May be empty: null in the spec. */
  optional?: boolean;
  step?: 'any';
}

export const SAMPLING: NumberSetting[] = [
  { path: 'sampling.seen', label: 'Seen pairs' },
  { path: 'sampling.withheld', label: 'Withheld pairs' },
  { path: 'sampling.bins', label: 'Rank bins' },
];

export const RANK: NumberSetting = { path: 'adapter.rank', label: 'LoRA rank' };

export const TRAINING: NumberSetting[] = [
  { path: 'optimizer.learningRate', label: 'Learning rate', step: 'any' },
  { path: 'train.epochs', label: 'Epochs' },
  { path: 'train.batchSize', label: 'Batch size' },
  { path: 'evaluation.samples', label: 'Samples k' },
  { path: 'seed', label: 'Seed' },
];

export const EXAMPLES: NumberSetting = { path: 'templates.examples.count', label: 'In-context examples' };

export const ALPHA: NumberSetting = { path: 'adapter.alpha', label: 'LoRA alpha', step: 'any' };

export const ADVANCED: NumberSetting[] = [
  { path: 'schedule.warmupSteps', label: 'Warm-up steps' },
  { path: 'optimizer.weightDecay', label: 'Weight decay', step: 'any' },
  {
    path: 'optimizer.loraPlusRatio',
    label: 'LoRA+ ratio',
    hint: 'empty: one rate for all',
    optional: true,
    step: 'any',
  },
  { path: 'optimizer.clipNorm', label: 'Clip norm', hint: 'empty: off', optional: true, step: 'any' },
  { path: 'train.rowTokens', label: 'Tokens per row', hint: 'empty: from the data', optional: true },
  { path: 'evaluation.maxNewTokens', label: 'Longest answer', hint: 'in tokens' },
  { path: 'evaluation.temperature', label: 'Temperature', step: 'any' },
  { path: 'evaluation.topK', label: 'Top-k', hint: '0: off' },
  { path: 'evaluation.topP', label: 'Top-p', hint: '1: off', step: 'any' },
];
