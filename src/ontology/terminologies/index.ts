/** Terminologies: everything other layers use. */
export * from './types';
export { TERMINOLOGIES, detectTerminology, terminology } from './registry';
export { entriesOf, oneLine } from './entries';
export { mappingSideOf, mappingTerms, type MappingSide } from './mappings';
export { isGeneSymbol, symbolStem } from './genes';
