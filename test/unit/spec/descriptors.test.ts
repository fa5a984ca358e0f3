import { describe, expect, it } from 'vitest';
import { DIRECTIONS } from '../../../src/core/direction';
import * as spec from '../../../src/spec';
import { shapeAt, type Shape } from '../../../src/spec/shape';
import { editDistance, nearestName } from '../../../src/spec/suggest';

const options = (...path: string[]) => {
  const shape: Shape | null = shapeAt(path, {});
  return (shape as Shape & { kind: 'choice' }).options;
};

describe('descriptors', () => {
  it.each([
    ['method', spec.METHODS, options('method', 'kind')],
    ['adapter', spec.ADAPTERS, options('adapter', 'kind')],
    ['precision', spec.PRECISIONS, options('model', 'precision')],
    ['scaling', spec.SCALINGS, options('adapter', 'scaling')],
    ['layers', spec.LINEAR_LAYERS, spec.LINEAR_MODULES],
    ['directions', spec.DIRECTION_CHOICES, DIRECTIONS],
    ['optimizer', spec.OPTIMIZERS, options('optimizer', 'kind')],
    ['schedule', spec.SCHEDULES, options('schedule', 'kind')],
    ['sampling times', spec.SAMPLING_TIMES, options('evaluation', 'sampleAt')],
  ])('describe every choice of %s in a label and one sentence', (_name, descriptors, allowed) => {
    expect(Object.keys(descriptors).sort()).toEqual([...allowed].sort());
    for (const { label, help } of Object.values(descriptors)) {
      expect(label.length).toBeGreaterThan(0);
      expect(help).toMatch(/^[A-Z][^.]*\.$/);
    }
  });
});

describe('suggestions', () => {
  it('count insertions, deletions, substitutions and swaps', () => {
    expect(editDistance('epochs', 'epochs')).toBe(0);
    expect(editDistance('epoch', 'epochs')).toBe(1);
    expect(editDistance('eopchs', 'epochs')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });

  it('offer nothing where nothing is near', () => {
    expect(nearestName('zzzz', ['seed', 'name'])).toBeNull();
    expect(nearestName('a', ['b'])).toBeNull();
    expect(nearestName('BATCHSIZE', ['batchSize', 'epochs'])).toBe('batchSize');
  });
});
