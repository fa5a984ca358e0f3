/** The list of terminologies: complete descriptors, and each told from content alone. */
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../../src/core/errors';
import { detectTerminology, TERMINOLOGIES, terminology } from '../../../../src/ontology/terminologies';
import { TERMINOLOGY_NAMES } from '../../../../src/spec/schema';
import { GENES, ontology, PHENOTYPES, term } from './fixtures';

describe('the registry', () => {
  it('implements every terminology that a spec may name, and no other', () => {
    expect(TERMINOLOGIES.map((each) => each.name).sort()).toEqual([...TERMINOLOGY_NAMES].sort());
  });

  it('answers an unknown name with the names there are', () => {
    expect(() => terminology('snomed')).toThrow(LabError);
    try {
      terminology('snomed');
    } catch (error) {
      expect(error).toMatchObject({ code: 'spec-invalid', control: 'ontology.terminology' });
      for (const name of TERMINOLOGY_NAMES) expect((error as LabError).hint).toContain(name);
    }
  });

  it.each(TERMINOLOGIES)('$name has all that a card shows', (each) => {
    const { source, grammar, nouns, oneToMany, entity } = each;
    for (const sentence of [each.description, each.membership, oneToMany.sentence, entity.sentence, source.shipping]) {
      expect(sentence).toMatch(/^\S.{10,}[.]$/s);
    }
    for (const words of [each.title, nouns.term, nouns.identifier, grammar.description, source.attribution]) {
      expect(words).not.toBe('');
    }
    expect(grammar.pattern).toMatch(/^\^.*\$$/);
    expect(new RegExp(grammar.pattern).test(grammar.example)).toBe(true);
    expect(each.spell?.(grammar.example) ?? grammar.example).toBe(grammar.example);
    expect(source.home === '' ? each.name : source.home).toMatch(/^(https:\/\/|table$)/);
    expect(each.formats.length).toBeGreaterThan(0);
  });

  it.each([
    ['hpo', 'HP:125', 'hp:0001250', 'HP:0001250 '],
    ['go', 'GO:5634', 'HP:0001250', 'GO_0005634'],
    ['mondo', 'MONDO:5148', 'MONDO_0005148', 'DOID:1'],
    ['icd-10-cm', 'E301', 'A00-A09', 'E30.'],
    ['gene-names', 'p53', '53TP', 'HOXA@'],
    ['hgnc', 'HGNC:HGNC:5', '11998', 'HGNC:'],
  ] as const)('%s refuses identifiers that are not of its grammar', (name, ...wrong) => {
    const pattern = new RegExp(terminology(name).grammar.pattern);
    for (const identifier of wrong) expect(pattern.test(identifier), identifier).toBe(false);
  });

  it.each(['TP53', 'A1BG', 'HLA-DRB1', 'C1orf112', 'MT-ND1', 'RPL17-C18orf32', 'C4B_2', 'CXorf51A'])(
    '%s is a gene symbol',
    (symbol) => expect(new RegExp(terminology('gene-names').grammar.pattern).test(symbol)).toBe(true),
  );
});

describe('what is told from content', () => {
  const component = term('GO:0005634', 'nucleus', { namespace: 'cellular_component' });
  const activity = term('GO:0003677', 'DNA binding', { namespace: 'molecular_function' });
  const process = term('GO:0006915', 'apoptotic process', { namespace: 'biological_process' });

  it.each([
    ['hpo', ontology(PHENOTYPES)],
    ['go-cc', ontology([component])],
    ['go-mf', ontology([activity])],
    ['go-bp', ontology([process])],
    ['go', ontology([component, activity, process])],
    ['mondo', ontology([term('MONDO:0005148', 'type 2 diabetes mellitus')])],
    ['icd-10-cm', ontology([term('A000', 'Cholera')], 'icd10cm')],
    ['icd-10-cm', ontology([term('ICD10CM:E30', 'Disorders of puberty')], 'sssom')],
    ['icd-10-cm', ontology([term('E30.1', 'Precocious puberty')], 'table')],
    ['gene-names', ontology(GENES, 'hgnc')],
    ['hgnc', ontology([term('HGNC:5', 'A1BG'), term('HGNC:7', 'A2M')], 'table')],
    ['table', ontology([term('HGNC:5', 'alpha-1-B glycoprotein')], 'table')],
    ['table', ontology([term('DOID:4', 'disease')])],
  ])('%s', (name, given) => expect(detectTerminology(given).name).toBe(name));

  it('goes by the majority: a few imported terms do not change it, half of them do', () => {
    const imported = (n: number) => Array.from({ length: n }, (_, i) => term(`UBERON:${i}`, `organ ${i}`));
    const live = PHENOTYPES.filter((each) => !each.obsolete).length;
    expect(detectTerminology(ontology([...PHENOTYPES, ...imported(live - 1)])).name).toBe('hpo');
    expect(detectTerminology(ontology([...PHENOTYPES, ...imported(live)])).name).toBe('table');
  });
});
