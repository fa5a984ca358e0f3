import { describe, expect, it } from 'vitest';
import { LabError, type LabErrorCode } from '../../../src/core/errors';
import { LostDevices } from '../../../src/experiment';

const error = (code: LabErrorCode) => new LabError(code, code, { hint: '' });

describe('after a failure', () => {
  it('a lost device is replaced, anything else is not', async () => {
    await new LostDevices().survive(error('device-lost'), false);
    await expect(new LostDevices().survive(error('internal'), true)).rejects.toMatchObject({ code: 'internal' });
    await expect(new LostDevices().survive(error('webgpu-missing'), true)).rejects.toThrow();
  });

  it('no adapter is waited for where a device was lost before', async () => {
    const losses = new LostDevices();
    await losses.survive(error('device-lost'), true);
    await losses.survive(error('webgpu-missing'), false);
  });

  it('a run that gets on goes on, one that does not gives up', async () => {
    const losses = new LostDevices();
    for (let time = 0; time < 20; time++) await losses.survive(error('device-lost'), true);
    const stuck = async () => {
      for (let time = 0; time < 10; time++) await losses.survive(error('device-lost'), false);
    };
    await expect(stuck()).rejects.toMatchObject({ code: 'device-lost' });
  });
});
