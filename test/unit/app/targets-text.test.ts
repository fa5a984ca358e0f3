import { describe, expect, it } from 'vitest';
import { targetsOfText, textOfTargets } from '../../../src/app/targets-text';
import { LINEAR_MODULES } from '../../../src/spec/schema';

describe('targets on one line', () => {
  it.each([
    ['all-linear', 'all-linear'],
    ['c_attn', ['c_attn']],
    ['mlp.c_proj, c_attn', ['mlp.c_proj', 'c_attn']],
    ['.*layers\\.[0-3]\\.self_attn\\.(q|v)_proj', '.*layers\\.[0-3]\\.self_attn\\.(q|v)_proj'],
  ])('%s comes back as it was written', (text, targets) => {
    expect(targetsOfText(`  ${text} `)).toEqual(targets);
    expect(textOfTargets(targets)).toBe(text);
  });

  it('is empty where boxes show all, and then means all of them', () => {
    expect(textOfTargets(['q_proj', 'v_proj'])).toBe('');
    expect(targetsOfText('')).toEqual(LINEAR_MODULES);
  });
});
