/** Terminologies: everything other layers use. */
export * from './types';
export { TERMINOLOGIES, detectTerminology, terminology } from './registry';
export { asOntology } from './as-ontology';
export { entriesOf, oneLine } from './entries';
export { readBundledIndex, type BundledOntology } from './bundled';
export { mappingSideOf, mappingTerms, mappingTermsFor, type MappingSide } from './mappings';
export { isGeneSymbol, symbolStem } from './genes';
