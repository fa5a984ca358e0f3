/**
 * Older versions of a spec, brought up to date: one step a version, each a pure function of plain values.
 *
 * Promises: a valid older spec becomes a valid one of this version with the same meaning; what is not understood is
 * left as it stands, for the check that follows to name. Must not know: defaults, or values of this version's fields.
 */
import { isObject } from './shape';

export const SPEC_VERSION = 2;

interface Step {
  /** What changed, one sentence each. */
  changes: readonly string[];
  apply(spec: Record<string, unknown>): Record<string, unknown>;
}

/** A step that was taken. */
export interface Migration {
  from: number;
  to: number;
  changes: readonly string[];
}

/** The step from version n to n + 1 under n. */
const STEPS: Readonly<Record<number, Step>> = {
  1: {
    changes: [
      'method is an object with the fields of its kind, not a name.',
      'evaluation.everyEpochs is evaluation.at, which knows steps and shares of the training too.',
    ],
    apply({ method, evaluation, $schema, ...rest }) {
      return {
        ...($schema === undefined ? {} : { $schema: withVersion($schema, 2) }),
        ...rest,
        ...(method === undefined ? {} : { method: typeof method === 'string' ? { kind: method } : method }),
        ...(evaluation === undefined ? {} : { evaluation: withTimes(evaluation) }),
      };
    },
  },
};

function withTimes(evaluation: unknown): unknown {
  if (!isObject(evaluation)) return evaluation;
  const { everyEpochs, ...rest } = evaluation;
  return everyEpochs === undefined ? rest : { at: { kind: 'epochs', every: everyEpochs }, ...rest };
}

/** The published schema's address follows the version, wherever the schema lies. */
function withVersion(schema: unknown, version: number): unknown {
  return typeof schema === 'string'
    ? schema.replace(/experiment-spec\.v\d+\.json$/, `experiment-spec.v${version}.json`)
    : schema;
}

/** The spec in this version's form; any value whose version has no step is returned as it is. */
export function migrateSpec(value: unknown): unknown {
  return migrate(value).spec;
}

/** The steps that bring a spec up to date; none for one of this version. */
export function migrationsOf(value: unknown): Migration[] {
  return migrate(value).taken;
}

function migrate(value: unknown): { spec: unknown; taken: Migration[] } {
  const taken: Migration[] = [];
  let spec = value;
  while (isObject(spec) && typeof spec.specVersion === 'number' && Object.hasOwn(STEPS, spec.specVersion)) {
    const version: number = spec.specVersion;
    const { changes, apply } = STEPS[version]!;
    spec = { ...apply(spec), specVersion: version + 1 };
    taken.push({ from: version, to: version + 1, changes });
  }
  return { spec, taken };
}
