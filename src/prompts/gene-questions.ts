/**
 * Template set `gene-questions`: names and symbols of genes, asked the way people speak of them.
 *
 * Beside `full-questions` because a symbol is what a gene is called, not a number it is listed under.
 */
import type { TemplateSet } from './types';

export const geneQuestions: TemplateSet = {
  name: 'gene-questions',
  description: 'Five questions per direction between gene name and gene symbol, one more held out for evaluation.',
  terminologies: ['gene-names'],
  templates: {
    'term-to-id': {
      trained: [
        'What is the symbol of the gene for {term}?',
        'Which gene symbol abbreviates {term}?',
        'Write {term} as a gene symbol.',
        'The gene that encodes {term} has the symbol',
        'Gene: {term}. Symbol:',
      ],
      heldOut: 'By what symbol do geneticists call {term}?',
    },
    'id-to-term': {
      trained: [
        'What is the full name of the gene {identifier}?',
        'Which gene name does {identifier} abbreviate?',
        'Write out the gene symbol {identifier}.',
        'The gene with the symbol {identifier} is named',
        'Gene symbol: {identifier}. Name:',
      ],
      heldOut: 'What do geneticists mean by {identifier}?',
    },
  },
};
