/** The f64 reference against PyTorch in f64: logits, gradients, and thirty AdamW steps. */
import { describe, expect, it } from 'vitest';
import { forward, lossAndGradients, weightShapes } from '../../../src/engine/reference/decoder';
import { startTraining, trainStep } from '../../../src/engine/reference/training';
import { loadGradients, loadTrajectories, TINY_MODELS } from '../../golden/load';
import { distance } from '../../helpers/numbers';

const CLOSE = 1e-12;

describe.each(TINY_MODELS)('PyTorch agrees on %s', (model) => {
  const golden = loadGradients(model);
  const { config, weights, lora, loraSpec, rows } = golden;

  it('about logits, loss and the gradient of every weight', () => {
    golden.full.logits.forEach((logits, n) => {
      expect(distance(forward(config, weights, rows[n]!), logits)).toBeLessThan(CLOSE);
    });
    const { loss, gradients } = lossAndGradients(config, weights, rows, { kind: 'full' });
    expect(Math.abs(loss / golden.full.loss - 1)).toBeLessThan(CLOSE);
    expect([...gradients.keys()].sort()).toEqual([...golden.full.gradients.keys()].sort());
    for (const { name, shape } of weightShapes(config)) {
      const expected = golden.full.gradients.get(name)!;
      expect(expected.shape).toEqual(shape);
      expect(distance(gradients.get(name)!, expected.data), name).toBeLessThan(CLOSE);
    }
  });

  it('about logits, loss and the gradient of every adapter whose B is not zero', () => {
    golden.adapted.logits.forEach((logits, n) => {
      const options = { lora: { scale: loraSpec.scale, tensors: lora } };
      expect(distance(forward(config, weights, rows[n]!, options), logits)).toBeLessThan(CLOSE);
    });
    const { loss, gradients } = lossAndGradients(config, weights, rows, loraSpec, lora);
    expect(Math.abs(loss / golden.adapted.loss - 1)).toBeLessThan(CLOSE);
    expect(gradients.size).toBe(golden.adapted.gradients.size);
    for (const [name, expected] of golden.adapted.gradients) {
      expect(distance(gradients.get(name)!, expected.data), name).toBeLessThan(CLOSE);
    }
  });

  const trajectories = loadTrajectories(model);
  it.each(trajectories.runs)('about thirty AdamW steps ($kind, weight decay $settings.weightDecay)', (run) => {
    const trainable = run.kind === 'full' ? ({ kind: 'full' } as const) : trajectories.loraSpec;
    const training = startTraining(run.kind === 'full' ? trajectories.weights : trajectories.lora);
    expect(trajectories.steps).toBe(30);
    for (let step = 0; step < trajectories.steps; step++) {
      const batch = trajectories.batches[step % trajectories.batches.length]!;
      const report = trainStep(trajectories.config, trajectories.weights, batch, trainable, training, run.settings);
      expect(report.step).toBe(step + 1);
      expect(Math.abs(report.loss / run.losses[step]! - 1), `loss of step ${step}`).toBeLessThan(1e-10);
      expect(Math.abs(report.gradientNorm / run.gradientNorms[step]! - 1), `norm of step ${step}`).toBeLessThan(1e-10);
    }
    expect([...training.parameters.keys()].sort()).toEqual([...run.parameters.keys()].sort());
    for (const [name, expected] of run.parameters) {
      expect(distance(training.parameters.get(name)!, expected.data), name).toBeLessThan(1e-10);
    }
  });
});
