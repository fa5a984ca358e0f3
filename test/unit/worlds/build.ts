/** Small worlds for tests. */
import { parseWorld, type WorldInput, type WorldSpec } from '../../../src/spec';
import { buildWorld, type GivenPairs, type World } from '../../../src/worlds';

type Group = WorldInput['groups'][number];
type Synthetic = Extract<Group['source'], { kind: 'synthetic' }>;

export const worldSpec = (input: Omit<WorldInput, 'worldVersion'>): WorldSpec =>
  parseWorld({ worldVersion: 1, ...input }, 'world.json');

export const makeWorld = (input: Omit<WorldInput, 'worldVersion'>, given: GivenPairs = new Map()): World =>
  buildWorld(worldSpec(input), given);

/** A synthetic group of `count` facts. */
export const group = (source: Partial<Synthetic> = {}, rest: Partial<Group> = {}): Group => ({
  name: 'facts',
  source: { kind: 'synthetic', count: 60, ...source },
  ...rest,
});

export const texts = ({ corpus }: World): string[] => corpus.sentences.map(({ text }) => text);
