/** Prompts and scoring: everything other layers use. */
export * from './types';
export * from './render';
export * from './template-sets';
export * from './styles';
export type { PromptStyle } from './styles/types';
export * from './design';
export * from './questions';
export * from './encode';
export * from './scoring';
export * from './credit';
