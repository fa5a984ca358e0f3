/** Fields that say what an experiment is called and what it is made of. */
import { link, local, type FieldRow, type GroupRow, type Section, type SpecField, type SpecGroup } from './row';

type Name =
  '$schema' | 'specVersion' | 'name' | 'description' | 'seed' | 'model' | 'ontology' | 'sampling' | 'directions';

export const DATA_FIELDS: Record<Section<SpecField, Name>, FieldRow> = {
  $schema: local('JSON Schema', 'Names the schema that an editor checks the file against.'),
  specVersion: link('Version of the file format', null, 'Says how the file is read; older versions are migrated.'),
  name: link('Name', null, 'Heads the run wherever it is shown.'),
  description: link('Description', null, 'Says for people what the experiment is about; it changes nothing.'),
  seed: link('Seed', null, 'Starts every draw of chance, so that equal seeds give equal runs.'),
  'model.path': local(
    'Model',
    'A folder, a model of the hub (hf:owner/name@revision) or an address; links carry the last two.',
  ),
  'model.precision': link(
    'Precision',
    null,
    'How the weights are kept in graphics memory; f16, int8 and nf4 take less, and leave an adapter to train.',
  ),
  'model.doubleQuantisation': link(
    'Double quantisation',
    null,
    'Quantises the scales of nf4, too: a twelfth less memory for nearly the same error.',
  ),
  'ontology.path': local('Ontology', 'File with the terms and identifiers, gzipped or not.'),
  'ontology.terminology': link(
    'Terminology',
    null,
    'Says what counts as term and as identifier; without one it is told from the content.',
  ),
  'ontology.termColumn': link('Term column', null, 'Column of a table that holds the terms.'),
  'ontology.identifierColumn': link('Identifier column', null, 'Column of a table that holds the identifiers.'),
  'ontology.synonymColumn': link('Synonym column', null, 'Column of a table with further names, separated by |.'),
  'ontology.entityColumn': link(
    'Entity column',
    null,
    'Column of a table with what a pair belongs to, for splits that hold out whole entities.',
  ),
  'ontology.popularityColumn': link(
    'Popularity column',
    null,
    'Column of a table with each pair’s popularity; a file of counts goes before it.',
  ),
  'ontology.names': link('Right names', null, 'Which of a term’s names are right answers.'),
  'ontology.counts.path': local('Counts', 'Table or annotation file with a popularity per identifier.'),
  'ontology.counts.identifierColumn': link(
    'Identifier column of the counts',
    null,
    'Column with the identifiers; without one it is found by its name.',
  ),
  'ontology.counts.countColumn': link(
    'Count column',
    null,
    'Column with the counts; without one it is found by its name.',
  ),
  'ontology.covariates.name': link('Covariate', null, 'Name of the number in the records and in the Cox models.'),
  'ontology.covariates.path': local('File of the covariate', 'Table with a number per identifier.'),
  'ontology.covariates.identifierColumn': link(
    'Identifier column of the covariate',
    null,
    'Column with the identifiers; without one it is found by its name.',
  ),
  'ontology.covariates.valueColumn': link(
    'Value column',
    null,
    'Column with the numbers; without one it is found by its name.',
  ),
  'sampling.design': link('Design', null, 'How pairs are chosen and split into seen and withheld.'),
  'sampling.bins': link(
    'Rank bins',
    'bins',
    'Equal-width bins of popularity ranks, each of which gives equally many pairs.',
  ),
  'sampling.seen': link('Seen pairs', 'pairs', 'Pairs that training shows.'),
  'sampling.withheld': link('Withheld pairs', 'pairs', 'Pairs that are asked for but never shown.'),
  directions: link('Directions', null, 'What is asked for what; each direction is trained on its own.'),
};

export const DATA_GROUPS: Record<Section<SpecGroup, Name>, GroupRow> = {
  model: { label: 'Model', help: 'The language model that learns.' },
  ontology: { label: 'Ontology', help: 'Terms and identifiers, and what is known of each pair.' },
  'ontology.counts': { label: 'Counts', help: 'Popularity per identifier; without it the ranks are a seeded draw.' },
  'ontology.covariates': { label: 'Covariates', help: 'Further numbers per identifier, for the Cox models.' },
  sampling: { label: 'Sampling', help: 'Which pairs are trained and which are only asked for.' },
};
