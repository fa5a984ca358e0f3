/** What a spec may ask of its base's precision is known before a device is. */
import { describe, expect, it } from 'vitest';
import { prepareTiny } from '../../helpers/tiny-run';

describe('the precision of the base', () => {
  it('is announced to the session, counted in the plan, and leaves the run’s name as it was in f32', async () => {
    const [bare, full, nf4] = await Promise.all([
      prepareTiny(),
      prepareTiny('model.precision=f32'),
      prepareTiny('model.precision=nf4', 'model.doubleQuantisation=true'),
    ]);
    expect(full.runId).toBe(bare.runId);
    expect(nf4.runId).not.toBe(bare.runId);
    expect(nf4.session.precision).toEqual({ precision: 'nf4', doubleQuantisation: true });
    expect(nf4.memory.weightsBytes).toBeLessThan(0.6 * bare.memory.weightsBytes);
    expect(nf4.memory.trainingBytes).toBe(bare.memory.trainingBytes);
  });

  it.each([
    [['model.precision=nf4', 'adapter.kind=full'], 'model.precision', 'All weights are to be trained'],
    [['model.doubleQuantisation=true'], 'model.doubleQuantisation', 'Double quantisation is of nf4’s scales'],
    [['model.precision=int8', 'model.doubleQuantisation=true'], 'model.doubleQuantisation', 'kept in int8'],
  ])('%o is refused, naming %s', async (sets, control, message) => {
    const refused = prepareTiny(...sets);
    await expect(refused).rejects.toMatchObject({ code: 'spec-invalid', control });
    await expect(refused).rejects.toThrow(message);
  });
});
