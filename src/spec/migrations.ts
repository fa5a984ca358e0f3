/**
 * Older versions of a spec, brought up to date: one step a version, each a pure function of plain values.
 *
 * Promises: a valid older spec becomes a valid one of this version with the same meaning; what is not understood is
 * left as it stands, for the check that follows to name. Must not know: defaults, or values of this version's fields.
 */
import { isObject } from './shape';

export const SPEC_VERSION = 2;

/** The step from version n to n + 1 under n. */
const STEPS: Readonly<Record<number, (spec: Record<string, unknown>) => Record<string, unknown>>> = {
  /** Methods gained settings, and evaluations other times than whole epochs. */
  1(spec) {
    const { method, evaluation, ...rest } = spec;
    return {
      ...rest,
      ...(method === undefined ? {} : { method: typeof method === 'string' ? { kind: method } : method }),
      ...(evaluation === undefined ? {} : { evaluation: withTimes(evaluation) }),
    };
  },
};

function withTimes(evaluation: unknown): unknown {
  if (!isObject(evaluation)) return evaluation;
  const { everyEpochs, ...rest } = evaluation;
  return everyEpochs === undefined ? rest : { ...rest, at: { kind: 'epochs', every: everyEpochs } };
}

/** The spec in this version's form; any value whose version has no step is returned as it is. */
export function migrateSpec(value: unknown): unknown {
  let spec = value;
  while (isObject(spec) && typeof spec.specVersion === 'number' && Object.hasOwn(STEPS, spec.specVersion)) {
    const version: number = spec.specVersion;
    spec = { ...STEPS[version]!(spec), specVersion: version + 1 };
  }
  return spec;
}
