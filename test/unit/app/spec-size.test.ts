import { describe, expect, it } from 'vitest';
import { sizeOf, TRAINED_TEMPLATES, weightOf, workLike } from '../../../src/app/spec-size';
import { evaluationSteps, samplesAt, momentAt } from '../../../src/experiment/plan';
import { templateSets } from '../../../src/prompts/template-sets';
import { parseSpec, resolvePresets } from '../../../src/spec';

const spec = (fields: object) => parseSpec({ specVersion: 2, model: {}, ontology: {}, ...fields }, 'test');

describe('how much a spec asks for', () => {
  it('knows how many wordings each template set trains', () => {
    for (const { name, templates } of templateSets()) {
      for (const direction of Object.values(templates)) {
        expect(direction.trained, name).toHaveLength(TRAINED_TEMPLATES[name]!);
      }
    }
  });

  it.each([
    { at: { kind: 'epochs', every: 3 } },
    { at: { kind: 'steps', every: 7 }, sampleAt: 'every' },
    { at: { kind: 'fractions', fractions: [0.001, 0.3, 1] }, sampleAt: 'baseline' },
    { sampleAt: 'never' },
  ])('counts the evaluations that a run makes ($at, $sampleAt)', (evaluation) => {
    const own = spec({ evaluation: { samples: 4, ...evaluation }, train: { epochs: 5, batchSize: 30 } });
    const pace = { stepsPerEpoch: Math.ceil((100 * 5) / 30) };
    const due = evaluationSteps(own, pace);
    const size = sizeOf(own);
    expect(size.asked).toBe(2 * 200 * 2 * due.length);
    const drawn = due.reduce((sum, step) => sum + samplesAt(own, momentAt(own, pace, step), 'held-out'), 0);
    expect(size.sampled).toBe(2 * 200 * drawn);
    expect(size.steps).toBe(2 * pace.stepsPerEpoch * 5);
  });

  it('weighs a look lighter than a paper', () => {
    expect(
      weightOf(
        sizeOf(spec({ sampling: { seen: 20, withheld: 20 }, train: { epochs: 5 }, evaluation: { samples: 5 } })),
      ),
    ).toBe(1);
    expect(weightOf(sizeOf(resolvePresets([])))).toBeGreaterThan(1);
  });

  it('tells the work of another spec from the plan of one', () => {
    const [one, twice] = [spec({ train: { epochs: 4 } }), spec({ train: { epochs: 8 } })].map(sizeOf);
    const work = { train: 100, score: 50, decode: 30 };
    expect(workLike(work, one!, one!)).toEqual(work);
    expect(workLike(work, one!, twice!).train).toBe(200);
    expect(workLike(work, one!, twice!).score).toBeCloseTo((50 * 9) / 5, 9);
  });
});
