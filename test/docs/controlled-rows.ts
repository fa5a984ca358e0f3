/** Which lines of each recorded summary docs/controlled-studies.md shows besides the expectations. */
import type { StudyRow } from '../../src/records';

type Wanted = Partial<StudyRow>;

const LAMBDAS = ['0.00', '0.25', '0.50', '0.75', '1.00'];
const TERM_DIRECTIONS = 'term-to-id − id-to-term';
const all = { point: 'all runs' } as const;
const models = ['cox', 'cox by run', 'cloglog'] as const;

export const SHOWN: Readonly<Record<string, readonly Wanted[]>> = {
  popularity: [
    ...[0, 1, 2, 4, 8, 12, 16, 24, 32, 64].flatMap((exposures): Wanted[] => [
      { measure: 'accuracy before', model: 'pooled', term: `exposures=${exposures}` },
      { measure: 'log q before', model: 'mean over seeds', term: `exposures=${exposures}` },
    ]),
    { measure: 'gain', group: 'seen', model: 'mean over seeds' },
    { measure: 'gain', group: 'withheld', model: 'mean over seeds' },
  ],
  latent: [
    { measure: 'found by samples', term: 'the label' },
    { measure: 'found by samples', term: 'the label − 1−(1−q)^k, by bin' },
    { measure: 'peak epoch' },
    { measure: 'peak epoch of the rate' },
  ],
  lexicalization: [
    ...LAMBDAS.flatMap((lambda): Wanted[] => [
      { point: `lambda=${lambda}`, measure: 'accuracy after', group: 'withheld', model: 'pooled' },
      { point: `lambda=${lambda}`, measure: 'accuracy after', group: 'seen', model: 'pooled' },
    ]),
    ...LAMBDAS.slice(1).map((lambda): Wanted => ({
      ...all,
      measure: 'gain',
      group: 'withheld',
      model: 'paired by seed',
      term: `lambda=${lambda}`,
    })),
    ...['0.00', '1.00'].flatMap((lambda): Wanted[] =>
      [0, -1].map((layer) => ({
        point: `lambda=${lambda}`,
        measure: 'cosine AUC after',
        group: 'both',
        model: 'mean over seeds',
        term: `layer ${layer}, content-mean`,
      })),
    ),
  ],
  direction: [
    ...['term-first', 'flipped'].flatMap((order): Wanted[] =>
      (['term-to-id', 'id-to-term'] as const).flatMap((direction): Wanted[] => [
        { point: `order=${order}`, direction, measure: 'accuracy before', group: 'seen', model: 'pooled' },
        { point: `order=${order}`, direction, measure: 'accuracy after', group: 'seen', model: 'pooled' },
      ]),
    ),
    ...['term-first', 'flipped'].flatMap((order): Wanted[] => [
      { point: `order=${order}`, measure: 'acquisition', direction: 'both', model: 'cox' },
    ]),
    { ...all, measure: 'log q before', model: 'paired by seed', term: `${TERM_DIRECTIONS}: order=flipped` },
  ],
  degradation: [
    ...['none', 'other-facts', 'known-facts'].map((rehearsal): Wanted => ({
      point: `rehearsal=${rehearsal}`,
      measure: 'gain',
      group: 'withheld',
      model: 'mean over seeds',
    })),
    ...(['other-facts'] as const).flatMap((rehearsal) =>
      models.map((model): Wanted => ({
        ...all,
        measure: 'degradation',
        group: 'withheld',
        model,
        term: `rehearsal=${rehearsal}`,
      })),
    ),
    ...(['cox by run', 'cloglog'] as const).map((model): Wanted => ({
      ...all,
      measure: 'degradation',
      group: 'rehearsed',
      model,
      term: 'rehearsal=known-facts',
    })),
    ...(['other-facts', 'known-facts'] as const).map((rehearsal): Wanted => ({
      ...all,
      measure: 'acquisition',
      model: 'cox',
      term: `rehearsal=${rehearsal}`,
    })),
  ],
  methods: [
    ...(['dft', 'bft-1', 'bft-2', 'bft-4', 'bft-8'] as const).flatMap((method): Wanted[] => [
      { ...all, measure: 'acquisition', model: 'cox by run', term: `method=${method}` },
      { ...all, measure: 'acquisition', model: 'cloglog', term: `method=${method}` },
      { ...all, measure: 'degradation', group: 'withheld', model: 'cox by run', term: `method=${method}` },
    ]),
    ...(['sft', 'dft', 'bft-1', 'bft-8'] as const).map((method): Wanted => ({
      point: `method=${method}`,
      measure: 'gain',
      group: 'seen',
      model: 'mean over seeds',
    })),
  ],
};
