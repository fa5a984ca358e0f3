/** Ontologies: everything other layers use. */
export * from './types';
export { readOntology, ONTOLOGY_READERS } from './registry';
export type { OntologyReader, ReadOptions } from './reader';
export { summarizeOntology, type OntologySummary } from './summary';
export { readCounts, type Counts, type CountsOptions } from './counts';
export { readOboChunks, type OboProgress } from './obo';
