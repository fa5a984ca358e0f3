/** What the page of one fact says: its life, its tokens, its neighbours, the cloud of its sampled answers. */
import { describe, expect, it } from 'vitest';
import { lifeOf, lifeText, placeOfFact } from '../../../../src/app/estimates/fact-life';
import { latentQ, latentRule, stateOptions } from '../../../../src/app/latent-rule';
import { RaceBook } from '../../../../src/app/race';
import { neighboursOf, vectorsOf } from '../../../../src/app/estimates/fact-neighbours';
import { tokenGrid, weakestToken } from '../../../../src/app/estimates/fact-tokens';
import { encodeEmbeddings, type TrialRecord } from '../../../../src/records';
import { layOutCloud } from '../../../../src/ui/views/fact/cloud-layout';
import { columnOf } from '../../../../src/ui/views/fact/neighbour-places';
import { cellWords, pieceText, stripTable } from '../../../../src/ui/views/fact/strip-words';
import { plausibleRun } from '../../../fixtures/run/plausible-run';
import { fact, life, trial } from '../../records/build';

const FACT = 'HP:1|term-to-id';
const NONE = new Set<string>();
const SAMPLED = stateOptions(latentRule('sampled', 20));
const lived = (hits: readonly (0 | 1)[], fields: Partial<TrialRecord> = {}) =>
  lifeOf(life('HP:1', hits, fields), FACT, 'held-out', NONE, SAMPLED);

describe('the life of a fact', () => {
  it('has each event at the first evaluation that shows it', () => {
    const moments = lived([0, 0, 1, 0, 1]);
    expect(moments.map(({ epoch, event, state }) => [epoch, event, state])).toEqual([
      [0, null, 'unknown'],
      [1, null, 'unknown'],
      [2, 'acquired', 'known'],
      [3, 'lost', 'lost'],
      [4, 're-acquired', 'known'],
    ]);
    expect(lifeText(moments)).toBe(
      'Wrong before training; learned at epoch 2; lost at epoch 3; right again at epoch 4; right at the end.',
    );
  });

  it('calls the first right answer of a withheld fact generalized, of a rehearsed one acquired', () => {
    const trials = life('HP:1', [0, 1], { seen: false });
    const event = (rehearsed: ReadonlySet<string>) => lifeOf(trials, FACT, 'held-out', rehearsed, SAMPLED)[1]!.event;
    expect([event(NONE), event(new Set([FACT]))]).toEqual(['generalized', 'acquired']);
  });

  it('says what never changed, and that samples found what the greedy answer missed', () => {
    expect(lifeText(lived([1, 1, 1]))).toBe('Right before training, and right ever since, up to epoch 2.');
    const found = { samples: 5, answerHits: 1, tokenHits: 1 };
    expect(lifeText(lived([0, 0], { sampled: found }))).toMatch(/^Wrong, though within reach, before training, and/);
    expect(lifeText(lived([0]))).toBe('Wrong before training.');
    expect(lifeText([])).toBe('It was never asked.');
  });

  it.each(['exact', 'sampled'] as const)('has the states that the race shows (latent by %s)', (by) => {
    const options = stateOptions(latentRule(by, 20));
    const found = { samples: 20, answerHits: 1, tokenHits: 1 };
    const trials = plausibleRun({ pairs: 8, epochs: 4 }).trials.map((each, at) => ({
      ...each,
      ...(at % 3 === 0 ? { logQ: -1, sampled: null } : at % 3 === 1 ? { sampled: found } : {}),
    }));
    const { lanes } = new RaceBook().read(trials, { template: 'held-out', ...options }, NONE);
    const facts = lanes.flatMap((lane) => lane.facts);
    expect(facts.some(({ states }) => states.includes('latent'))).toBe(true);
    for (const { fact: key, states } of facts)
      expect(lifeOf(trials, key, 'held-out', NONE, options).map(({ state }) => state)).toEqual(states);
  });

  it('has a fact within reach by its exact probability where no samples were drawn', () => {
    const options = stateOptions(latentRule('exact', 20));
    expect(latentQ(latentRule('exact', 20))).toBeCloseTo(0.0341, 4);
    const states = (logQ: number) =>
      lifeOf(life('HP:1', [0], { logQ, sampled: null }), FACT, 'held-out', NONE, options).map(({ state }) => state);
    expect([states(Math.log(0.036)), states(Math.log(0.033))]).toEqual([['latent'], ['unknown']]);
  });

  it('takes trials of one fact under one template, in whatever order they stand', () => {
    const mixed = [...life('HP:2', [1, 1]), ...life('HP:1', [0, 1]).toReversed(), trial({ identifier: 'HP:1', template: 'trained' })];
    expect(lifeOf(mixed, FACT, 'held-out', NONE, SAMPLED).map(({ epoch }) => epoch)).toEqual([0, 1]);
  }); // prettier-ignore
});

describe('the place of a fact', () => {
  const facts = ['A', 'B', 'C', 'D'].map((identifier) => fact({ identifier }));
  const other = fact({ identifier: 'B', direction: 'id-to-term' });
  it('is among the chosen ones, else among those of its direction', () => {
    expect(placeOfFact([...facts, other], facts[1]!, null)).toEqual({
      ...{ previous: facts[0]!.fact, next: facts[2]!.fact },
      ...{ index: 2, of: 4 },
    });
    const chosen = new Set([facts[1]!.fact, facts[3]!.fact]);
    expect(placeOfFact(facts, facts[1]!, chosen)).toEqual({ previous: null, next: facts[3]!.fact, index: 1, of: 2 });
    expect(placeOfFact(facts, facts[0]!, chosen)).toMatchObject({ index: 1, of: 4 });
  });
});

describe('a label token by token', () => {
  const scored = lived([0, 1], { tokenLogProbs: [-0.5, -3, 0, -0.25], logProb: -3.75 });
  const pieces = fact({ identifier: 'HP:1', answerPieces: [' HP:', '00', '1', '</s>'] });

  it('has a row a token and names the one that holds it back', () => {
    const grid = tokenGrid(scored, pieces)!;
    expect(grid.kind).toBe('tokens');
    expect(grid.rows.map(({ piece, logProb }) => [piece, logProb])).toEqual([
      [' HP:', [-0.5, -0.5]], ['00', [-3, -3]], ['1', [0, 0]], ['</s>', [-0.25, -0.25]],
    ]); // prettier-ignore
    expect(weakestToken(grid, 1)).toEqual({ index: 1, probability: Math.exp(-3) });
    expect(cellWords(grid, 2, 1)).toBe('Epoch 1, token 2 of 4, “00”: p = 0.050 (log p -3.00).');
    expect(cellWords(grid, 0, 0)).toContain('the whole label: p = 0.024');
    expect(pieceText(' HP:\n', 0)).toBe('·HP:⏎');
  });

  it('falls back to ranks, then to the whole label, and makes nothing up', () => {
    const ranked = tokenGrid(lived([0, 1], { ranks: [1, 4, 2, 1] }), fact())!;
    expect([ranked.kind, ranked.rows[1]!.rank, ranked.rows[1]!.logProb]).toEqual(['ranks', [4, 4], [null, null]]);
    expect(weakestToken(ranked, 0)).toBeNull();
    expect(pieceText(ranked.rows[1]!.piece, 1)).toBe('token 2');
    const whole = tokenGrid(lived([0, 1]), fact())!;
    expect([whole.kind, whole.rows]).toEqual(['whole', []]);
    expect(stripTable(whole).rows).toEqual([0, 1].map((epoch) => [epoch, null, 'whole label', -8, Math.exp(-8), null]));
    expect(tokenGrid([], fact())).toBeNull();
  });
});

describe('neighbours', () => {
  const pairs = ['A', 'B', 'C'].map((identifier) => ({
    identifier,
    term: `term ${identifier}`,
    seen: identifier !== 'C',
  }));
  const at = (step: number, identifier: number[]) => ({
    path: `embeddings/term-to-id/step-${step}.safetensors`,
    bytes: encodeEmbeddings({
      ...{ direction: 'term-to-id' as const, epoch: step, step, pooling: 'last-token' as const, padding: null, pairs },
      layers: [
        { layer: -1, width: 2, term: Float32Array.of(1, 0, 0, 1, -1, 0), identifier: Float32Array.from(identifier) },
      ],
    }),
  });
  // Of the identifiers, A's own moves from the far side to the term.
  const files = [at(2, [1, 0, 0.5, 0.5, -1, 0]), at(0, [-1, 0, 0.5, 0.5, 1, 0]), { path: 'embeddings/id-to-term/x', bytes: new Uint8Array() }]; // prettier-ignore

  it('are ranked by cosine before and after, the own text among them', () => {
    const found = neighboursOf(vectorsOf(files, 'term-to-id'), 'A', {
      layer: -1,
      of: 'term',
      among: 'identifier',
      rehearsed: new Set(['B|term-to-id', 'C|term-to-id']),
    })!;
    expect(found).toMatchObject({ n: 3, epochs: { before: 0, after: 2 } });
    expect(found.rows.map(({ identifier, own, before, after }) => [identifier, own, before.rank, after!.rank])).toEqual([
      ['A', true, 3, 1], ['B', false, 2, 2], ['C', false, 1, 3],
    ]); // prettier-ignore
    expect(found.rows[0]!.after!.cosine).toBeCloseTo(1, 12);
    // B was trained as seen, C only rehearsed: no withheld pair is among them.
    expect(found.rows.map(({ set }) => set)).toEqual(['seen', 'seen', 'rehearsed']);
    expect(columnOf(found.rows, 'before', 1).map(({ identifier }) => identifier)).toEqual(['C', 'A']);
  });

  it('leave the text itself out among its own kind, and are none without vectors', () => {
    const vectors = vectorsOf(files, 'term-to-id');
    const alike = neighboursOf(vectors, 'A', { layer: -1, of: 'term', among: 'term', most: 1, rehearsed: new Set() })!;
    expect([alike.n, alike.rows.map(({ text }) => text)]).toEqual([2, ['term B']]);
    expect(neighboursOf(vectors, 'X', { layer: -1, of: 'term', among: 'term', rehearsed: new Set() })).toBeNull();
    expect(neighboursOf(vectors, 'A', { layer: 0, of: 'term', among: 'term', rehearsed: new Set() })).toBeNull();
    expect(neighboursOf([], 'A', { layer: 0, of: 'term', among: 'term', rehearsed: new Set() })).toBeNull();
  });
});

describe('a cloud of answers', () => {
  const measure = (text: string, size: number) => [...text].length * size * 0.5;
  const words = ['yes', 'no', '', 'x'.repeat(5000), '<b>bold</b>', 'perhaps'].map((text, index) => ({
    ...{ text, count: 12 - 2 * index, right: index === 0 },
  }));

  it.each([220, 360, 800])('keeps all within %i px, nothing over anything', (width) => {
    const cloud = layOutCloud(words, width, measure);
    expect(cloud.words.map(({ text }) => text)).toEqual(words.map(({ text }) => text));
    for (const word of cloud.words) expect(word.x + word.width).toBeLessThanOrEqual(width);
    cloud.words.forEach((word, index) => {
      const next = cloud.words[index + 1];
      if (next && next.y === word.y) expect(next.x).toBeGreaterThan(word.x + word.width);
      else if (next) expect(next.y - next.size).toBeGreaterThanOrEqual(word.y);
    });
    expect(cloud.height).toBeGreaterThan(cloud.words.at(-1)!.y);
  });

  it('draws the frequent large, ticks the right, and shortens what is too long', () => {
    const { words: placed } = layOutCloud(words, 360, measure);
    expect(placed.map(({ size }) => size)).toEqual(placed.map(({ size }) => size).toSorted((a, b) => b - a));
    expect(placed[0]!.shown).toBe('✓ yes');
    expect(placed[2]!.shown).toBe('(nothing)');
    expect(placed[3]!.shown).toMatch(/^x+…$/);
    expect(layOutCloud([], 300, measure).words).toEqual([]);
  });
});
