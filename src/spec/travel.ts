/**
 * Where each field of a spec may travel: one row a field.
 *
 * Promises: a field without a row does not compile; what may not travel leaves this machine as a bare file name, never
 * with the folders it lies in. Must not know: how links and bundles are written.
 */
import type { ExperimentSpec } from './schema';

/**
 * `link`: into links, and so into bundles too; `bundle`: into bundles only; `local`: stays in the spec file and in this
 * browser, and only the file's name goes along.
 */
export type Travel = 'link' | 'bundle' | 'local';

/** Dotted names of all fields with a plain value; a list's items stand under the list's own name. */
export type SpecField = FieldsOf<ExperimentSpec>;

type FieldsOf<T, P extends string = ''> = T extends string | number | boolean | null | undefined
  ? P
  : T extends readonly (infer Item)[]
    ? FieldsOf<Item, P>
    : { [K in keyof T & string]-?: FieldsOf<NonNullable<T[K]>, P extends '' ? K : `${P}.${K}`> }[keyof T & string];

export const TRAVEL: Record<SpecField, Travel> = {
  $schema: 'local',
  specVersion: 'link',
  name: 'link',
  description: 'link',
  seed: 'link',
  'model.path': 'local',
  'ontology.path': 'local',
  'ontology.terminology': 'link',
  'ontology.termColumn': 'link',
  'ontology.identifierColumn': 'link',
  'ontology.synonymColumn': 'link',
  'ontology.entityColumn': 'link',
  'ontology.popularityColumn': 'link',
  'ontology.names': 'link',
  'ontology.counts.path': 'local',
  'ontology.counts.identifierColumn': 'link',
  'ontology.counts.countColumn': 'link',
  'ontology.covariates.name': 'link',
  'ontology.covariates.path': 'local',
  'ontology.covariates.identifierColumn': 'link',
  'ontology.covariates.valueColumn': 'link',
  'sampling.design': 'link',
  'sampling.bins': 'link',
  'sampling.seen': 'link',
  'sampling.withheld': 'link',
  directions: 'link',
  'templates.set': 'link',
  'templates.custom.term-to-id.trained': 'link',
  'templates.custom.term-to-id.heldOut': 'link',
  'templates.custom.id-to-term.trained': 'link',
  'templates.custom.id-to-term.heldOut': 'link',
  'templates.trainStyle': 'link',
  'templates.evaluationStyle': 'link',
  'templates.system': 'link',
  'templates.examples.count': 'link',
  'templates.examples.source': 'link',
  'scoring.term-to-id.strip': 'link',
  'scoring.term-to-id.trimPunctuation': 'link',
  'scoring.term-to-id.case': 'link',
  'scoring.id-to-term.strip': 'link',
  'scoring.id-to-term.trimPunctuation': 'link',
  'scoring.id-to-term.case': 'link',
  'method.kind': 'link',
  'method.window': 'link',
  'method.windowMean': 'link',
  'method.gamma': 'link',
  'method.tokenWeights': 'link',
  'method.normalise': 'link',
  'retention.rehearsal.source': 'link',
  'retention.rehearsal.perBatch': 'link',
  'retention.rehearsal.path': 'local',
  'retention.klWeight': 'link',
  'adapter.kind': 'link',
  'adapter.rank': 'link',
  'adapter.alpha': 'link',
  'adapter.scaling': 'link',
  'adapter.targets': 'link',
  'optimizer.kind': 'link',
  'optimizer.learningRate': 'link',
  'optimizer.beta1': 'link',
  'optimizer.beta2': 'link',
  'optimizer.epsilon': 'link',
  'optimizer.weightDecay': 'link',
  'optimizer.clipNorm': 'link',
  'schedule.kind': 'link',
  'schedule.warmupSteps': 'link',
  'train.epochs': 'link',
  'train.batchSize': 'link',
  'train.rowTokens': 'link',
  'train.earlyStopping.measure': 'link',
  'train.earlyStopping.patience': 'link',
  'train.earlyStopping.minImprovement': 'link',
  'checkpoint.everySteps': 'link',
  'checkpoint.everySeconds': 'link',
  'evaluation.at.kind': 'link',
  'evaluation.at.every': 'link',
  'evaluation.at.fractions': 'link',
  'evaluation.samples': 'link',
  'evaluation.temperature': 'link',
  'evaluation.topK': 'link',
  'evaluation.topP': 'link',
  'evaluation.sampleAt': 'link',
  'evaluation.maxNewTokens': 'link',
  'evaluation.probes.ranks': 'link',
  'evaluation.probes.embeddings.at': 'link',
  'evaluation.probes.embeddings.layers': 'link',
  'evaluation.probes.embeddings.pooling': 'link',
  'evaluation.probes.canaries.path': 'local',
  'evaluation.probes.canaries.count': 'link',
  'evaluation.probes.canaries.tokens': 'link',
  'evaluation.probes.languageLoss.path': 'local',
  'evaluation.probes.languageLoss.texts': 'link',
  'evaluation.probes.languageLoss.tokens': 'link',
};

/**
 * The spec as it may leave this machine: local texts are cut to their file names, `$schema` is left out.
 * It has the same `experimentIdentity`, so a run of it has the same run id.
 */
export function travelSpec({ $schema: _schema, ...spec }: ExperimentSpec, to: 'link' | 'bundle'): ExperimentSpec {
  return travelled(spec, '', to) as ExperimentSpec;
}

function travelled(value: unknown, field: string, to: 'link' | 'bundle'): unknown {
  if (Array.isArray(value)) return value.map((item) => travelled(item, field, to));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, travelled(member, field ? `${field}.${name}` : name, to)]),
    );
  }
  const rule = (TRAVEL as Record<string, Travel>)[field] ?? 'local';
  return rule === 'link' || rule === to || typeof value !== 'string' ? value : fileName(value);
}

/** Last part of a path or an address, without query and fragment, which may carry secrets. */
function fileName(path: string): string {
  const name = path
    .split(/[?#]/)[0]!
    .split(/[\\/]/)
    .findLast((part) => part !== '');
  return name === undefined || name === '.' || name === '..' || name.endsWith(':') ? 'file' : name;
}
