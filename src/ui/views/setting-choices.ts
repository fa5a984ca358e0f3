/** The choices of the data settings in words. One line a choice; a test holds them against the schema. */
export const TERMINOLOGIES = [
  { value: '', label: 'told from the file' },
  { value: 'hpo', label: 'Human Phenotype Ontology' },
  { value: 'go', label: 'Gene Ontology, all aspects' },
  { value: 'go-cc', label: 'GO cellular component' },
  { value: 'go-mf', label: 'GO molecular function' },
  { value: 'go-bp', label: 'GO biological process' },
  { value: 'gene-names', label: 'gene name and symbol' },
  { value: 'hgnc', label: 'gene symbol and HGNC id' },
  { value: 'mondo', label: 'MONDO' },
  { value: 'icd-10-cm', label: 'ICD-10-CM' },
  { value: 'table', label: 'a table of my own' },
];

export const NAMES: { value: 'label' | 'exact' | 'all'; label: string }[] = [
  { value: 'label', label: 'the label alone' },
  { value: 'exact', label: 'exact synonyms too' },
  { value: 'all', label: 'all synonyms too' },
];

export const DESIGNS: { value: 'rank-bins' | 'random' | 'top-k' | 'entity-held-out'; label: string }[] = [
  { value: 'rank-bins', label: 'evenly over rank bins' },
  { value: 'random', label: 'at random' },
  { value: 'top-k', label: 'the most popular' },
  { value: 'entity-held-out', label: 'whole entities withheld' },
];

export const TEMPLATE_SETS = [
  { value: 'short-questions', label: 'short questions' },
  { value: 'full-questions', label: 'full questions' },
  { value: 'gene-questions', label: 'gene questions' },
  { value: 'custom', label: 'my own' },
];

export const STYLES: { value: 'completion' | 'chat' | 'json'; label: string }[] = [
  { value: 'completion', label: 'plain text' },
  { value: 'chat', label: 'chat template' },
  { value: 'json', label: 'JSON, as published' },
];

export const EXAMPLE_SOURCES: { value: 'unscored' | 'leaky-as-published'; label: string }[] = [
  { value: 'unscored', label: 'terms never scored' },
  { value: 'leaky-as-published', label: 'scored terms (leaky, as published)' },
];

export const CASES: { value: 'exact' | 'fold'; label: string }[] = [
  { value: 'exact', label: 'counts' },
  { value: 'fold', label: 'does not count' },
];
