/** Stochastic answers as texts with their counts: in the count itself, and in a whole run. */
import { describe, expect, it } from 'vitest';
import { AnswerCount } from '../../../src/experiment/sampled-answers';
import { bitsOf, runOnFake } from '../../helpers/run-harness';
import { prepareTiny } from '../../helpers/tiny-run';

function counted(answers: readonly string[], right = 'yes') {
  const count = new AnswerCount();
  for (const text of answers) count.add(text, text.toLowerCase() === right, text === right);
  return count;
}

describe('answers of one fact', () => {
  const drawn = ['b', 'yes', 'a', 'YES', 'b', 'yes', 'a', 'c'];

  it('are counted the most frequent first, equal counts by their texts, in whatever order they came', () => {
    const wanted = {
      ...{ samples: 8, answerHits: 3, tokenHits: 2 },
      answers: [
        { text: 'a', count: 2, right: false },
        { text: 'b', count: 2, right: false },
        { text: 'yes', count: 2, right: true },
        { text: 'YES', count: 1, right: true },
        { text: 'c', count: 1, right: false },
      ],
    };
    expect(counted(drawn).result(8, 20)).toEqual(wanted);
    expect(counted(drawn.toReversed()).result(8, 20)).toEqual(wanted);
  });

  it('are cut to those that are kept; without any there is no list', () => {
    const { answers, samples } = counted(drawn).result(8, 2);
    expect(answers!.map(({ text }) => text)).toEqual(['a', 'b']);
    expect(samples - answers!.reduce((sum, { count }) => sum + count, 0)).toBe(4);
    expect(counted(drawn).result(8, 0)).toEqual({ samples: 8, answerHits: 3, tokenHits: 2 });
    expect(counted([]).result(8, 3).answers).toEqual([]);
  });
});

describe('a run that keeps sampled answers', () => {
  const SET = ['sampling.seen=4', 'sampling.withheld=3', 'train.batchSize=8', 'evaluation.samples=6', 'train.epochs=1'];

  it('has the counts of the run that keeps none, and texts that add up to them', async () => {
    const plain = await runOnFake(await prepareTiny(...SET));
    const whole = await runOnFake(await prepareTiny(...SET, 'evaluation.keptAnswers=6'));
    expect(bitsOf(whole).trials).not.toBe(bitsOf(plain).trials);
    let texts = 0;
    whole.trials.forEach(({ sampled, ...trial }, index) => {
      const { answers = [], ...counts } = sampled ?? {};
      expect({ ...trial, sampled: sampled && counts }).toEqual(plain.trials[index]);
      if (!sampled) return;
      const sum = (of: typeof answers) => of.reduce((total, { count }) => total + count, 0);
      expect([sum(answers), sum(answers.filter(({ right }) => right))]).toEqual([6, sampled.answerHits]);
      texts += answers.length;
    });
    expect(texts).toBeGreaterThan(whole.trials.filter(({ sampled }) => sampled).length);
  });
});
