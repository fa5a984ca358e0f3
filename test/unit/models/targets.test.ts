/** Which layers a set of targets means, in the families whose modules are called differently. */
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { openModel, resolveTargets } from '../../../src/models';
import { architecture } from '../../../src/models/architectures';
import { trainableSpec } from '../../../src/experiment/trainable';
import { applyOverrides, parseSpec } from '../../../src/spec';
import { modelFolder, type Family } from '../../golden/families';

const refuse = (what: string, hint = 'x') => new LabError('spec-invalid', `targets ${what}`, { hint });

async function resolved(family: Family, value: unknown, { engineNames = true, layers = null as number[] | null } = {}) {
  const model = await openModel(await modelFolder(family));
  const { config } = model;
  return resolveTargets(
    value,
    { config, architecture: architecture(model.architecture) },
    { refuse, engineNames, layers },
  );
}

const QKV = ['q_proj', 'k_proj', 'v_proj'];

describe('targets', () => {
  it.each<[Family, unknown, unknown]>([
    ['gpt2', 'all-linear', [...QKV, 'o_proj', 'up_proj', 'down_proj']],
    ['gpt2', ['c_attn'], QKV],
    ['gpt2', ['c_proj'], ['o_proj', 'down_proj']],
    ['gpt2', ['mlp.c_proj', 'q_proj'], ['q_proj', 'down_proj']],
    ['gpt2', ['q_proj', 'gate_proj'], ['q_proj']],
    ['gpt2', String.raw`transformer\.h\.1\.mlp\..*`, [[], ['up_proj', 'down_proj']]],
    ['gpt_neox', ['query_key_value', 'dense'], [...QKV, 'o_proj']],
    ['llama', String.raw`.*layers\.(0\.self_attn\.[qv]|1\.mlp\.down)_proj`, [['q_proj', 'v_proj'], ['down_proj']]],
    ['qwen3', ['model.layers.1.self_attn.k_proj'], [[], ['k_proj']]],
  ])('of %s: %j', async (family, value, expected) => {
    expect(await resolved(family, value)).toEqual(expected);
  });

  it('may be meant in some layers only', async () => {
    expect(await resolved('gpt2', ['c_fc'], { layers: [1] })).toEqual([[], ['up_proj']]);
  });

  it.each([
    ['a name that no module ends in', ['c_attn', 'query'], '"query"'],
    ['a part of a name', ['attn'], '"attn"'],
    ['a pattern of something else', 'h.0', '"h.0"'],
    ['nothing', [], '[]'],
    ['no regular expression', '(', '"("'],
    ['a pattern that may take forever', '(\\w+)+c_attn', 'forever'],
    ['an engine’s name where only the model’s count', ['q_proj'], '"q_proj"', false],
  ])('are refused, with what the model has: %s', async (_, value, named, engineNames = true) => {
    const error: unknown = await resolved('gpt2', value, { engineNames }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LabError);
    expect((error as LabError).message).toContain(named);
    if (Array.isArray(value) && value.length > 0) {
      expect((error as LabError).message).toContain('attn.c_attn, attn.c_proj, mlp.c_fc, mlp.c_proj');
    }
  });

  it.each([
    ['c_attn', 'Write it as a list: ["c_attn"].'],
    ['q_proj', 'Write it as a list: ["q_proj"].'],
    ['query', 'x'],
  ])('%s, a text, is a pattern: %s', async (value, hint) => {
    await expect(resolved('gpt2', value)).rejects.toMatchObject({ hint });
  });
});

describe('a spec’s adapter', () => {
  const trained = async (...sets: string[]) => {
    const spec = parseSpec(applyOverrides({ specVersion: 2, model: {}, ontology: {} }, sets), 's');
    return trainableSpec(spec, await openModel(await modelFolder('gpt2')));
  };

  it('has the scale, targets and method that the engine takes', async () => {
    expect(await trained('adapter.rank=4', 'adapter.alpha=8', 'adapter.scaling=rslora')).toEqual({
      ...{ kind: 'lora', rank: 4, scale: 4 },
      targets: [...QKV, 'o_proj', 'up_proj', 'down_proj'],
    });
    expect(await trained('adapter.dora=true', 'adapter.targets=["c_attn"]')).toMatchObject({
      dora: true,
      targets: QKV,
    });
    expect(await trained('adapter.kind=full')).toEqual({ kind: 'full' });
  });

  it.each([
    [['adapter.targets=query'], 'adapter.targets', 'mlp.c_fc'],
    [['adapter.dora=true', 'adapter.targets=["q_proj"]'], 'adapter.targets', 'one module'],
    [['adapter.kind=full', 'optimizer.loraPlusRatio=4'], 'optimizer.loraPlusRatio', 'needs an adapter'],
  ])('is refused with %j', async (sets, control, words) => {
    const error: unknown = await trained(...sets).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'spec-invalid', control, message: expect.stringContaining(words) as string });
  });
});
