/**
 * What generated settings need beside the schema: the choices in words, names that a text may hold, texts that take
 * several lines, and what means nothing beside other settings. Pure.
 *
 * Promises: every choice of the spec has words; a test holds the names against their registries.
 */
import { DIRECTION_LABEL } from '../core/direction';
import { ADAPTERS, METHODS, OPTIMIZERS, PRECISIONS, SAMPLING_TIMES, SCALINGS, SCHEDULES } from '../spec';
import { isObject } from '../spec/shape';

const labels = (table: Record<string, { label: string }>): Record<string, string> =>
  Object.fromEntries(Object.entries(table).map(([name, { label }]) => [name, label]));

/** Stands for null among choices. */
export const NONE_CHOSEN = '';

const STRIP = { 'first-line': 'its first line', whole: 'all of it' };
const CASE = { exact: 'counts', fold: 'does not count' };
const STYLES = { completion: 'plain text', chat: 'chat template', json: 'JSON, as published' };

/** Names that `templates.set` may hold: those of the registry, and one's own. */
export const TEMPLATE_SETS = ['short-questions', 'full-questions', 'gene-questions', 'custom'] as const;

const WORDS: Record<string, Record<string, string>> = {
  directions: DIRECTION_LABEL,
  'model.precision': labels(PRECISIONS),
  'ontology.terminology': {
    [NONE_CHOSEN]: 'told from the file',
    hpo: 'Human Phenotype Ontology',
    go: 'Gene Ontology, all aspects',
    'go-cc': 'GO cellular component',
    'go-mf': 'GO molecular function',
    'go-bp': 'GO biological process',
    'gene-names': 'gene name and symbol',
    hgnc: 'gene symbol and HGNC id',
    mondo: 'MONDO',
    'icd-10-cm': 'ICD-10-CM',
    table: 'a table of my own',
  },
  'ontology.names': { label: 'the label alone', exact: 'exact synonyms too', all: 'all synonyms too' },
  'sampling.design': {
    'rank-bins': 'evenly over rank bins',
    random: 'at random',
    'top-k': 'the most popular',
    'entity-held-out': 'whole entities withheld',
  },
  'templates.set': {
    'short-questions': 'short questions',
    'full-questions': 'full questions',
    'gene-questions': 'gene questions',
    custom: 'my own',
  },
  'templates.trainStyle': STYLES,
  'templates.evaluationStyle': STYLES,
  'templates.examples.source': {
    unscored: 'terms never scored',
    'leaky-as-published': 'scored terms (leaky, as published)',
  },
  'scoring.term-to-id.strip': STRIP,
  'scoring.id-to-term.strip': STRIP,
  'scoring.term-to-id.case': CASE,
  'scoring.id-to-term.case': CASE,
  'method.kind': labels(METHODS),
  'method.windowMean': { geometric: 'geometric mean', arithmetic: 'arithmetic mean' },
  'retention.rehearsal.source': { 'known-withheld': 'withheld facts known before', text: 'a text file' },
  'adapter.kind': labels(ADAPTERS),
  'adapter.scaling': labels(SCALINGS),
  'optimizer.kind': labels(OPTIMIZERS),
  'schedule.kind': labels(SCHEDULES),
  'train.earlyStopping.measure': {
    'training-loss': 'loss of the training',
    'seen-accuracy': 'accuracy of seen facts',
    'language-loss': 'loss on other texts',
  },
  'evaluation.at.kind': { epochs: 'every so many epochs', steps: 'every so many steps', fractions: 'at shares of it' },
  'evaluation.sampleAt': labels(SAMPLING_TIMES),
  'evaluation.probes.embeddings.at': labels(SAMPLING_TIMES),
  'evaluation.probes.embeddings.pooling': {
    'content-mean': 'mean of the content',
    'last-token': 'last token',
    'as-published': 'as published (padding in the mean)',
  },
};

export function optionLabel(path: string, option: string | number): string {
  return WORDS[path]?.[String(option)] ?? String(option);
}

/** A value as the menu of its field says it; `text` where it is chosen from none. */
export function valueWords(path: string, value: unknown, text: string): string {
  const option = value === null ? NONE_CHOSEN : typeof value === 'string' ? value : null;
  return (option === null ? undefined : WORDS[path]?.[option]) ?? text;
}

/** The names that a text may hold; null where it holds any. */
export function namedChoices(path: string): readonly string[] | null {
  return path === 'templates.set' ? TEMPLATE_SETS : null;
}

const LONG_TEXTS = ['description', 'templates.system'];

export function isLongText(path: string): boolean {
  return LONG_TEXTS.includes(path);
}

/** What no person sets, and groups that another setting turns on. */
const NEVER_SET = ['$schema', 'specVersion', 'templates.custom', 'ontology.counts'];

/** Whether a field means nothing beside the present settings. */
export function idleField(path: string, draft: unknown): boolean {
  if (NEVER_SET.includes(path)) return true;
  const spec = (isObject(draft) ? draft : {}) as Partial<{
    model: { precision: string };
    templates: { set: string };
    directions: string[];
  }>;
  if (path === 'model.doubleQuantisation') return spec.model?.precision !== 'nf4';
  const direction = /^templates\.custom\.([^.]+)/.exec(path)?.[1];
  if (direction === undefined) return false;
  return spec.templates?.set !== 'custom' || spec.directions?.includes(direction) !== true;
}
