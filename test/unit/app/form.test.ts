import { describe, expect, it } from 'vitest';
import { formOf, settingOf } from '../../../src/app/form';
import { DEFAULT_SPEC, FIELDS, parseSpec, type ExperimentSpec } from '../../../src/spec';

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
