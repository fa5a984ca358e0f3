/** Worlds: everything other layers use. */
export * from './types';
export { buildWorld } from './world';
export { placesOf, type Places } from './places';
export { previewWorld, type WorldPreview } from './preview';
export { readGiven, type OpenGiven } from './given';
export { occurrenceLines, sentenceLines, sentenceTexts, TERM_COLUMNS, termsTable } from './tables';
export { summarizeWorld, type GroupSummary, type WorldSummary } from './summary';
