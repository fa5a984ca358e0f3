/** ICD-10-CM: diagnoses and codes that classify them, from code files or from the ICD side of a mapping set. */
import { LABEL_RULES, mostly } from './common';
import type { Terminology } from './types';

const CURIE_PREFIX = /^ICD-?10-?CM:/i;
const PATTERN = '^[A-Z][0-9][0-9A-Z](\\.[0-9A-Z]{1,4})?$';
const CODE = new RegExp(PATTERN);

/** Code files write `E301`, mapping sets `ICD10CM:E30.1`; people write `E30.1`. */
function spell(identifier: string): string {
  const code = identifier.replace(CURIE_PREFIX, '');
  return /^[A-Z][0-9][0-9A-Z]{2,5}$/.test(code) ? `${code.slice(0, 3)}.${code.slice(3)}` : code;
}

export const icd10cm: Terminology = {
  name: 'icd-10-cm',
  title: 'ICD-10-CM',
  description:
    'Names of diagnoses and their codes in the United States, whose characters place them in a classification.',
  nouns: { term: 'diagnosis', identifier: 'ICD-10-CM code' },
  fields: { term: 'label', identifier: 'id' },
  grammar: {
    class: 'hierarchical-code',
    pattern: PATTERN,
    example: 'E30.1',
    description: 'A letter, a digit, a digit or letter; then, after a point, up to four more.',
  },
  spell,
  formats: ['icd10cm', 'sssom', 'obo', 'obographs', 'table'],
  matches: (ontology) =>
    ontology.format === 'icd10cm' ||
    mostly(ontology, ({ id }) => CURIE_PREFIX.test(id)) ||
    mostly(ontology, ({ id }) => id.includes('.') && CODE.test(id)),
  membership: 'Every category and code; chapters and ranges such as A00-A09 are left out.',
  aspect: null,
  aboveBranches: [],
  entity: {
    kind: 'code-stem',
    characters: 3,
    sentence: 'A code belongs to its category, the first three characters: E30.1 to E30.',
  },
  oneToMany: LABEL_RULES,
  source: {
    home: 'https://www.cdc.gov/nchs/icd/icd-10-cm/',
    licence: 'Work of the United States government, based on ICD-10 of the WHO',
    licenceUrl: null,
    attribution:
      'ICD-10-CM, National Center for Health Statistics and Centers for Medicare & Medicaid Services ' +
      '(the release is shown with the file), based on ICD-10, © World Health Organization.',
    mayBeShipped: false,
    shipping: 'The underlying ICD-10 is copyright of the WHO, so no copy is bundled: read the code file yourself.',
  },
};
