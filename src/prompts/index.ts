/** Prompts and scoring: everything other layers use. */
export * from './types';
export * from './render';
export * from './scoring';
