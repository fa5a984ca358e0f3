import { expect, it } from 'vitest';
import { withControl } from '../../../src/app/error-control';
import type { LabErrorCode } from '../../../src/core/errors';

const error = (code: LabErrorCode, control?: string) => ({
  code,
  message: 'm',
  hint: 'h',
  ...(control && { control }),
});

it.each([
  ['safetensors-truncated', 'model.path'],
  ['tokenizer-mismatch', 'model.path'],
  ['ontology-malformed', 'ontology.path'],
  ['too-few-terms', 'sampling.seen'],
  ['loss-not-finite', 'optimizer.learningRate'],
] as const)('leads from %s to %s', (code, control) => {
  expect(withControl(error(code)).control).toBe(control);
});

it('believes the error where it names its control, and leads nowhere from a defect of ours', () => {
  expect(withControl(error('too-few-terms', 'sampling.withheld')).control).toBe('sampling.withheld');
  expect(withControl(error('internal'))).not.toHaveProperty('control');
});
