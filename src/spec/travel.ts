/**
 * The spec as it may leave this machine.
 *
 * Promises: what may not travel leaves as a bare file name, never with the folders it lies in; a model's public place leaves
 * without query, fragment, name and password. Must not know: how links and bundles are written.
 */
import { publicReference } from '../core/model-reference';
import { TRAVEL, type SpecField, type Travel } from './fields';
import type { ExperimentSpec } from './schema';

/**
 * Local texts are cut to their file names, `$schema` is left out. What comes out has the same `experimentIdentity`, so a
 * run of it has the same run id.
 */
export function travelSpec({ $schema: _schema, ...spec }: ExperimentSpec, to: 'link' | 'bundle'): ExperimentSpec {
  return travelled(spec, '', to) as ExperimentSpec;
}

const MODEL: SpecField = 'model.path';

function travelled(value: unknown, field: string, to: 'link' | 'bundle'): unknown {
  if (Array.isArray(value)) return value.map((item) => travelled(item, field, to));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, travelled(member, field ? `${field}.${name}` : name, to)]),
    );
  }
  const rule = (TRAVEL as Record<string, Travel>)[field] ?? 'local';
  if (rule === 'link' || rule === to || typeof value !== 'string') return value;
  // Where a model of the hub or of an address lies is no secret; what its address may carry beside that is.
  return (field === MODEL ? publicReference(value) : null) ?? fileName(value);
}

/** Last part of a path or an address, without query and fragment, which may carry secrets. */
function fileName(path: string): string {
  const name = path
    .split(/[?#]/)[0]!
    .split(/[\\/]/)
    .findLast((part) => part !== '');
  return name === undefined || name === '.' || name === '..' || name.endsWith(':') ? 'file' : name;
}
