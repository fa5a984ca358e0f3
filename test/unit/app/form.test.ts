import { describe, expect, it } from 'vitest';
import { formOf, searchForm, settingOf, wholeForm, type FormField, type FormSection } from '../../../src/app/form';
import { TEMPLATE_SETS } from '../../../src/app/form-words';
import { CUSTOM_SET, templateSets } from '../../../src/prompts/template-sets';
import { DEFAULT_SPEC, FIELDS, parseSpec, TRAVEL, type ExperimentSpec } from '../../../src/spec';

/** A setting as the form makes it, in the place where it belongs. */
function changed(spec: ExperimentSpec, field: string, chosen: unknown): ExperimentSpec {
  const draft = structuredClone(spec) as unknown as Record<string, unknown>;
  const { path, value } = settingOf(field, chosen, draft);
  const keys = path.split('.');
  const last = keys.pop()!;
  const owner = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, draft);
  owner[last] = value;
  return parseSpec(draft, 'form');
}
const base = parseSpec(DEFAULT_SPEC, 'defaults');

describe('a form made from the schema', () => {
  it('has the fields of the chosen method, with label, unit and help of the table', () => {
    expect(formOf('method', base).map(({ path }) => path)).toEqual(['method.kind']);
    const bft = changed(base, 'method.kind', 'bft');
    const fields = formOf('method', bft);
    expect(fields.map(({ path }) => path)).toEqual(Object.keys(FIELDS).filter((path) => path.startsWith('method.')));
    const window = fields.find(({ path }) => path === 'method.window')!;
    expect(window).toMatchObject({ kind: 'number', whole: true, label: FIELDS['method.window'].label });
    expect(window.hint).toBe(`In tokens. ${FIELDS['method.window'].help}`);
    const epochs = formOf('train', base).find(({ path }) => path === 'train.epochs')!;
    expect(epochs.hint).toBe(FIELDS['train.epochs'].help);
  });

  it('turns a group on with its defaults and off again, to a valid spec both times', () => {
    expect(formOf('train.earlyStopping', base)).toMatchObject([{ kind: 'switch', value: false }]);
    const on = changed(base, 'train.earlyStopping', true);
    expect(on.train.earlyStopping).toEqual({ measure: 'seen-accuracy', patience: 3, minImprovement: 0 });
    expect(formOf('train.earlyStopping', on)).toHaveLength(4);
    expect(changed(on, 'train.earlyStopping', false)).toEqual(base);
  });

  it.each(['epochs', 'steps', 'fractions'])('begins evaluations by %s with a valid value', (kind) => {
    const spec = changed(base, 'evaluation.at.kind', kind);
    expect(spec.evaluation.at.kind).toBe(kind);
    expect(formOf('evaluation.at', spec).length).toBe(2);
  });

  it('leaves files to where files are chosen', () => {
    const on = changed(base, 'evaluation.probes.canaries', true);
    const paths = formOf('evaluation.probes', on).map(({ path }) => path);
    expect(paths).toContain('evaluation.probes.canaries.count');
    expect(paths).not.toContain('evaluation.probes.canaries.path');
  });
});

const fieldsOf = (form: readonly FormSection[]): FormField[] =>
  form.flatMap(({ groups }) => groups.flatMap(({ fields }) => fields));

describe('the form of the whole spec', () => {
  /** Every group on, every variant's fields in one of them. */
  const turnedOn = [
    ['retention.rehearsal', true],
    ['train.earlyStopping', true],
    ['evaluation.probes.embeddings', true],
    ['evaluation.probes.canaries', true],
    ['evaluation.probes.languageLoss', true],
    ['method.kind', 'bft'],
    ['model.precision', 'nf4'],
  ].reduce((spec, [field, value]) => changed(spec, field as string, value), base);
  const own = { trained: ['What is {term}?'], heldOut: 'The id of {term}:' };
  const custom = {
    'term-to-id': own,
    'id-to-term': { trained: ['What is {identifier}?'], heldOut: '{identifier} is' },
  };
  const all = parseSpec({ ...turnedOn, templates: { ...turnedOn.templates, set: 'custom', custom } }, 'all');

  it('reaches every field that travels, each once', () => {
    const reached = [
      ...fieldsOf(wholeForm(all)),
      ...formOf('evaluation.at', changed(all, 'evaluation.at.kind', 'fractions')),
    ].map(({ path }) => path);
    const listed = fieldsOf(wholeForm(all)).map(({ path }) => path);
    expect(new Set(listed).size).toBe(listed.length);
    // Files have their own places; covariates are columns of theirs.
    const expected = Object.keys(FIELDS).filter(
      (path) =>
        TRAVEL[path as keyof typeof TRAVEL] !== 'local' &&
        !path.startsWith('ontology.covariates.') &&
        path !== 'specVersion',
    );
    expect(expected.filter((path) => !reached.includes(path))).toEqual([]);
  });

  it('shows what means something beside the other settings, and nothing else', () => {
    const paths = (spec: ExperimentSpec) => fieldsOf(wholeForm(spec)).map(({ path }) => path);
    expect(paths(base)).not.toContain('model.doubleQuantisation');
    expect(paths(base).some((path) => path.startsWith('templates.custom'))).toBe(false);
    expect(paths(changed(base, 'adapter.kind', 'full'))).not.toContain('adapter.rank');
  });

  it('has words for every choice, and every template set', () => {
    for (const field of fieldsOf(wholeForm(all))) {
      const options = 'options' in field ? field.options : [];
      const bare = options.filter(({ value, label }) => label === value && value !== 'random');
      expect(bare, field.path).toEqual([]);
    }
    expect([...TEMPLATE_SETS]).toEqual([...templateSets().map(({ name }) => name), CUSTOM_SET]);
  });

  it('sets a choice that may be none, a list of choices, a text', () => {
    expect(changed(base, 'ontology.terminology', 'hpo').ontology.terminology).toBe('hpo');
    expect(changed(changed(base, 'ontology.terminology', 'hpo'), 'ontology.terminology', '')).toEqual(base);
    expect(changed(base, 'directions', ['id-to-term']).directions).toEqual(['id-to-term']);
    expect(changed(base, 'templates.system', 'Answer.').templates.system).toBe('Answer.');
  });

  it('is searched by label, help, choice and path; every word counts', () => {
    const found = (query: string) => fieldsOf(searchForm(wholeForm(base), query)).map(({ path }) => path);
    expect(found('warm')).toEqual(['schedule.kind', 'schedule.warmupSteps']);
    expect(found('cosine')).toEqual(['schedule.kind']);
    expect(found('optimizer.beta')).toEqual(['optimizer.beta1', 'optimizer.beta2']);
    expect(found('letter case identifier')).toContain('scoring.term-to-id.case');
    expect(found('no such thing')).toEqual([]);
    expect(found('')).toHaveLength(fieldsOf(wholeForm(base)).length);
  });
});
