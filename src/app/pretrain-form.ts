/** The configuration of a pretraining as the controls of a form. Pure; docs/pretraining.md says the same of each field. */
export interface PretrainField {
  /** Dotted path in the configuration. */
  path: string;
  label: string;
  hint?: string;
  kind: 'whole' | 'number' | 'flag';
  /** Empty means null. */
  optional?: boolean;
}

export interface PretrainSection {
  title: string;
  fields: PretrainField[];
}

/** What is looked at first. */
export const MODEL_SHAPE: PretrainField[] = [
  { path: 'model.hiddenSize', label: 'Width', hint: 'A multiple of 4 × heads.', kind: 'whole' },
  { path: 'model.layers', label: 'Layers', kind: 'whole' },
  { path: 'model.heads', label: 'Heads', kind: 'whole' },
  { path: 'model.kvHeads', label: 'Key–value heads', hint: 'Divides the heads.', kind: 'whole' },
  { path: 'model.intermediateSize', label: 'SwiGLU width', hint: 'A multiple of 4.', kind: 'whole' },
  { path: 'model.contextLength', label: 'Context', hint: 'In tokens.', kind: 'whole' },
];

export const FOLDED_FIELDS: PretrainSection[] = [
  {
    title: 'Batch and learning rate',
    fields: [
      { path: 'batch.rowTokens', label: 'Tokens of a row', kind: 'whole' },
      { path: 'batch.rows', label: 'Rows of a step', kind: 'whole' },
      { path: 'optimizer.learningRate', label: 'Peak learning rate', kind: 'number' },
      { path: 'schedule.warmupSteps', label: 'Warm-up steps', kind: 'whole' },
      { path: 'schedule.finalShare', label: 'Final share of the peak', hint: '1 keeps the peak.', kind: 'number' },
    ],
  },
  {
    title: 'Optimiser, start and what is recorded',
    fields: [
      { path: 'seed', label: 'Seed of the weights', kind: 'whole' },
      {
        path: 'initialisation.deviation',
        label: 'Deviation of the first weights',
        hint: 'Near 0.1 for widths of 32 or less.',
        kind: 'number',
      },
      { path: 'dropout', label: 'Dropout', hint: 'Share dropped in training; 0: none.', kind: 'number' },
      { path: 'optimizer.weightDecay', label: 'Weight decay', kind: 'number' },
      { path: 'optimizer.clipNorm', label: 'Clip the gradient at', kind: 'number', optional: true },
      { path: 'optimizer.beta1', label: 'AdamW β₁', kind: 'number' },
      { path: 'optimizer.beta2', label: 'AdamW β₂', kind: 'number' },
      {
        path: 'evaluation.everySteps',
        label: 'Held-out loss every … steps',
        hint: 'Empty: at both ends only.',
        kind: 'whole',
        optional: true,
      },
      { path: 'checkpoint.everySeconds', label: 'Checkpoint every … seconds', kind: 'number' },
      { path: 'model.tiedEmbeddings', label: 'The head is the embedding', kind: 'flag' },
    ],
  },
];
