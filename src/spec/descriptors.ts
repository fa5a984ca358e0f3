/**
 * The choices of a spec in words, for menus, help and reports: data only, no implementation.
 *
 * Promises: one descriptor for every value the schema allows, checked by the compiler.
 */
import type { Direction } from '../core/direction';
import { DIRECTION_LABEL } from '../core/direction';
import type { ExperimentSpec, LinearModule } from './schema';

export interface Descriptor {
  label: string;
  /** One sentence. */
  help: string;
}

type Lora = Extract<ExperimentSpec['adapter'], { kind: 'lora' }>;

export const METHODS: Record<ExperimentSpec['method']['kind'], Descriptor> = {
  sft: {
    label: 'Supervised fine-tuning (SFT)',
    help: 'Minimises the mean cross-entropy of the answer tokens; the question carries no loss.',
  },
  dft: {
    label: 'Dynamic fine-tuning (DFT)',
    help: 'Weighs the cross-entropy of each answer token by the probability the model gives it already.',
  },
  bft: {
    label: 'Balanced fine-tuning (BFT, version 1)',
    help: 'Weighs tokens as DFT does and whole answers by how unsure the model is of their least likely stretch.',
  },
};

export const PRECISIONS: Record<ExperimentSpec['model']['precision'], Descriptor> = {
  f32: {
    label: 'f32: as computed',
    help: 'Keeps every weight in 32 bits: nothing is lost, and all weights can be trained.',
  },
  f16: {
    label: 'f16: half the memory',
    help: 'Keeps linear layers, embedding and head in 16 bits, as most models are published.',
  },
  int8: {
    label: 'int8: a quarter',
    help: 'Keeps linear layers in 8 bits with a scale for each output, embedding and head in f16.',
  },
  nf4: {
    label: 'nf4: an eighth (QLoRA)',
    help: 'Keeps linear layers in 4 bits with a scale for every 64 weights, embedding and head in f16.',
  },
};

export const ADAPTERS: Record<ExperimentSpec['adapter']['kind'], Descriptor> = {
  lora: {
    label: 'LoRA',
    help: 'Trains two thin matrices beside each chosen linear layer and leaves the model itself unchanged.',
  },
  full: {
    label: 'All weights',
    help: 'Trains every weight of the model, which learns more and needs far more memory.',
  },
};

export const SCALINGS: Record<Lora['scaling'], Descriptor> = {
  standard: { label: 'α / r', help: 'Scales the adapter by alpha divided by its rank.' },
  rslora: {
    label: 'α / √r (rsLoRA)',
    help: 'Scales the adapter by alpha divided by the square root of its rank, which keeps high ranks learning.',
  },
};

export const LINEAR_LAYERS: Record<LinearModule, Descriptor> = {
  q_proj: { label: 'Query', help: 'What each position of the attention looks for.' },
  k_proj: { label: 'Key', help: 'What each position of the attention can be found by.' },
  v_proj: { label: 'Value', help: 'What each position of the attention hands on.' },
  o_proj: { label: 'Attention output', help: 'Brings the heads of the attention back together.' },
  gate_proj: { label: 'Gate', help: 'Decides how much of each feed-forward unit passes.' },
  up_proj: { label: 'Up', help: 'Widens the state into the feed-forward units.' },
  down_proj: { label: 'Down', help: 'Brings the feed-forward units back to the width of the model.' },
};

export const DIRECTION_CHOICES: Record<Direction, Descriptor> = {
  'term-to-id': { label: DIRECTION_LABEL['term-to-id'], help: 'Gives the term and asks for its identifier.' },
  'id-to-term': { label: DIRECTION_LABEL['id-to-term'], help: 'Gives the identifier and asks for its term.' },
};

export const OPTIMIZERS: Record<ExperimentSpec['optimizer']['kind'], Descriptor> = {
  adamw: { label: 'AdamW', help: 'Adam with weight decay applied to the weights instead of to the gradient.' },
  'adamw-8bit': {
    label: 'AdamW, 8-bit moments',
    help: 'AdamW that keeps the moments of tensors of 4,096 values and more in 8 bits each, which takes a quarter of the memory.',
  },
};

export const SCHEDULES: Record<ExperimentSpec['schedule']['kind'], Descriptor> = {
  constant: { label: 'Constant', help: 'Rises over the warm-up steps and then keeps the learning rate.' },
  cosine: { label: 'Cosine', help: 'Rises over the warm-up steps and then falls to zero along a half cosine.' },
};

export const SAMPLING_TIMES: Record<ExperimentSpec['evaluation']['sampleAt'], Descriptor> = {
  baseline: { label: 'Before training', help: 'Draws stochastic answers once, before training.' },
  'first-last': {
    label: 'Before and after',
    help: 'Draws stochastic answers before training and after the last epoch.',
  },
  every: {
    label: 'At every evaluation',
    help: 'Draws stochastic answers whenever facts are evaluated; the slowest choice.',
  },
  never: { label: 'Never', help: 'Draws none, so that latent knowledge is not measured by sampling.' },
};
