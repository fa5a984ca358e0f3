/** LabError keeps what the user needs on its way across threads and edges. */
import { describe, expect, it } from 'vitest';
import { LabError, toLabError } from '../../../src/core/errors';

describe('LabError', () => {
  const error = new LabError('file-missing', 'hp.obo is not there.', {
    hint: 'Choose another file.',
    control: 'ontology.path',
    cause: new Error('ENOENT'),
  });

  it('survives a message between threads with code, words, remedy and control', () => {
    const arrived = LabError.deserialize(structuredClone(error.serialize()));
    expect(arrived).toBeInstanceOf(LabError);
    expect({ ...arrived.serialize() }).toEqual({
      code: 'file-missing',
      message: 'hp.obo is not there.',
      hint: 'Choose another file.',
      control: 'ontology.path',
    });
  });

  it('names no control where there is none', () => {
    expect('control' in new LabError('usage', 'No command.', { hint: 'Try --help.' }).serialize()).toBe(false);
  });

  it('keeps the cause', () => {
    expect((error.cause as Error).message).toBe('ENOENT');
  });

  it('passes through untouched, while anything unforeseen becomes a defect report with its cause', () => {
    expect(toLabError(error)).toBe(error);
    const thrown = new TypeError('x is not a function');
    const wrapped = toLabError(thrown);
    expect(wrapped.code).toBe('internal');
    expect(wrapped.message).toBe('x is not a function');
    expect(wrapped.cause).toBe(thrown);
    expect(toLabError('plain words').message).toBe('plain words');
  });
});
