/** Ontologies and what belongs to them: everything other layers use. */
export * from './types';
export type { ReadControl, ReadOptions, ReadProgress, SourceFormat } from './reader';
export { readAnnotations, readOntology, readSource } from './read';
export { SOURCE_FORMATS } from './registry';
export { oboLines, writeObo } from './obo';
export { searchKey, searchTerms, type TermPage, type TermQuery } from './search';
export * from './summary';
export { sourceFacts, type SourceFact } from './describe';
export { readPlainText, type PlainText } from './plain-text';
export * from './tabular';
export * from './terminologies';
