import { describe, expect, it } from 'vitest';
import { pathFrom } from '../../../src/app/beside-index';
import { within } from '../../../src/app/error-control';
import {
  exposuresOf,
  identifiersOf,
  newGroup,
  newWorld,
  numbersOf,
  sourceOf,
  twinAfter,
} from '../../../src/app/world-dials';
import { exposureBins } from '../../../src/app/world-figures';
import { checkWorld, type SyntheticSource } from '../../../src/spec';

const whole = (change: (world: ReturnType<typeof newWorld>) => void) => {
  const world = newWorld();
  change(world);
  return checkWorld(world);
};

describe('turning a dial', () => {
  it('leaves a whole world behind, whichever kind is chosen', () => {
    for (const kind of ['buckets', 'zipf-max', 'zipf-total'] as const) {
      expect(whole(({ groups }) => (groups[0]!.exposures = exposuresOf(kind))).problems).toEqual([]);
    }
    for (const kind of ['given', 'synthetic'] as const) {
      expect(whole(({ groups }) => (groups[0]!.source = sourceOf(kind, groups[0]!.source))).problems).toEqual([]);
    }
    expect(whole(({ groups }) => groups.push(newGroup(groups.map(({ name }) => name)))).problems).toEqual([]);
  });

  it('keeps λ when the grammar changes', () => {
    const before = { ...(newWorld().groups[0]!.source as SyntheticSource).identifiers, lambda: 0.25 };
    expect(identifiersOf('symbol', before)).toEqual({ grammar: 'symbol', lambda: 0.25 });
  });

  it('gives a new group a name that no other has', () => {
    expect(newGroup(['facts', 'group-3']).name).toBe('group-4');
  });

  it('reads numbers between commas, and keeps what is none as a problem', () => {
    expect(numbersOf('0, 1,4 16;')).toEqual([0, 1, 4, 16]);
    const problems = whole(({ groups }) => {
      groups[0]!.exposures = { kind: 'buckets', sizes: numbersOf('0, x'), facts: null };
    }).problems;
    expect(problems[0]!.path).toBe('groups.0.exposures.sizes.1');
  });

  it('takes a renamed or removed group along into the twin', () => {
    const twin = { kind: 'flipped' as const, groups: ['a', 'b'] };
    expect(twinAfter(twin, 'a', 'c')).toEqual({ kind: 'flipped', groups: ['c', 'b'] });
    expect(twinAfter({ ...twin, groups: ['a'] }, 'a', null)).toEqual({ kind: 'flipped', groups: null });
    expect(twinAfter({ kind: 'whole' }, 'a', null)).toEqual({ kind: 'whole' });
  });
});

describe('the chart of exposures', () => {
  it('shows few numbers one by one and many by powers of two, every fact once', () => {
    const few = [0, 1, 64].map((times) => ({ times, facts: 5 }));
    expect(exposureBins(few).map(({ label }) => label)).toEqual(['0', '1', '64']);
    const many = Array.from({ length: 20 }, (_, times) => ({ times, facts: 1 }));
    const bins = exposureBins(many);
    expect(bins.map(({ label }) => label)).toEqual(['0', '1', '2–3', '4–7', '8–15', '16–31']);
    expect(bins.map(({ facts }) => facts)).toEqual([1, 1, 2, 4, 8, 4]);
  });
});

describe('errors of documents that share the page', () => {
  const error = (control?: string) => ({
    code: 'usage' as const,
    message: 'm',
    hint: 'h',
    ...(control ? { control } : {}),
  });

  it('lead to the control of their own document', () => {
    expect(within('world', error('seed')).control).toBe('world.seed');
    expect(within('pretrain', error('optimizer.learningRate')).control).toBe('pretrain.optimizer.learningRate');
    expect(within('pretrain', error('groups.0.window')).control).toBe('world.groups.0.window');
    expect(within('pretrain', error('storage')).control).toBe('storage');
    expect(within('pretrain', { ...error(), code: 'webgpu-missing' }).control).toBe('device');
    expect(within('world', error()).control).toBeUndefined();
  });
});

it('a path in a file beside the page is taken from that file', () => {
  expect(pathFrom('worlds/small.json', '../ontologies/a.tsv')).toBe('ontologies/a.tsv');
  expect(pathFrom('worlds/small.json', 'b.tsv')).toBe('worlds/b.tsv');
});
