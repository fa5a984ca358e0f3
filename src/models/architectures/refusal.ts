import { LabError } from '../../core/errors';
import type { Fields } from '../fields';

/** `architecture-unsupported`: "this NAME model WHAT". */
export function refusal(fields: Fields, name: string, what: string): LabError {
  return new LabError('architecture-unsupported', `${fields.file}: this ${name} model ${what}.`, {
    hint: 'Ontoscope does not compute that; choose a model without it.',
    control: 'model.path',
  });
}

/** Refuses what no family computes here: quantised files. */
export function refuseQuantised(fields: Fields, name: string): void {
  if (fields.has('quantization_config')) throw refusal(fields, name, 'is quantised (quantization_config)');
}

/** Throws where a field is set to anything but what the engine computes. */
export function requireFlag(fields: Fields, name: string, field: string, needed: boolean): void {
  const found = fields.flag(field);
  if (found !== null && found !== needed) throw refusal(fields, name, `has ${field}: ${found}; ${needed} is needed`);
}

/** Beyond this it is no head: tables are made of it before any file is looked into. */
const WIDEST_HEAD = 4096;

/** Width of a head. Throws where heads do not divide, or the engine cannot walk them in steps of four. */
export function headWidth(
  fields: Fields,
  name: string,
  names: { hidden: string; heads: string },
  own?: number,
): number {
  const [hidden, heads] = [fields.count(names.hidden), fields.count(names.heads)];
  if (own === undefined && hidden % heads !== 0) {
    throw fields.invalid(names.hidden, `a multiple of ${names.heads}, ${heads}, where head_dim is not given`);
  }
  const width = own ?? hidden / heads;
  if (width > WIDEST_HEAD) throw refusal(fields, name, `has heads of ${width} dimensions (head_dim)`);
  if (width % 4 !== 0) {
    throw refusal(fields, name, `has heads of ${width} dimensions (head_dim); the engine needs a multiple of 4`);
  }
  return width;
}
