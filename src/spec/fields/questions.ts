/** Fields that say how a fact is asked for and when an answer is right. */
import type { Direction } from '../../core/direction';
import { link, type FieldRow, type GroupRow, type Section, type SpecField, type SpecGroup } from './row';

type Name = 'templates' | 'scoring';

const TRAINED = link('Trained templates', null, 'Questions that training shows, each with its placeholder once.');
const HELD_OUT = link('Held-out template', null, 'Question that is only asked in evaluations and never trained.');
const STRIP = link('Compared text', null, 'Whether an answer’s first line or all of it is compared.');
const TRIM = link('Trim punctuation', null, 'Cuts punctuation off both ends of an answer before it is compared.');
const CASE = link('Letter case', null, 'Whether letter case must agree for an answer to be right.');

export const QUESTION_FIELDS: Record<Section<SpecField, Name>, FieldRow> = {
  'templates.set': link('Template set', null, 'Name of a set of questions, or custom for those written below.'),
  'templates.custom.term-to-id.trained': TRAINED,
  'templates.custom.term-to-id.heldOut': HELD_OUT,
  'templates.custom.id-to-term.trained': TRAINED,
  'templates.custom.id-to-term.heldOut': HELD_OUT,
  'templates.trainStyle': link(
    'Style in training',
    null,
    'Whether training asks in plain text or through the model’s chat template.',
  ),
  'templates.evaluationStyle': link(
    'Style in evaluation',
    null,
    'Whether evaluations ask in plain text, through the chat template, or for a JSON object.',
  ),
  'templates.system': link(
    'System message',
    null,
    'Stands before chat and JSON questions; without one chat has none, and JSON the style’s own.',
  ),
  'templates.examples.count': link('In-context examples', 'examples', 'Solved examples before an evaluation question.'),
  'templates.examples.source': link(
    'Source of the examples',
    null,
    'Takes them from terms that are never scored or, as published, from those that are.',
  ),
  'scoring.term-to-id.strip': STRIP,
  'scoring.term-to-id.trimPunctuation': TRIM,
  'scoring.term-to-id.case': CASE,
  'scoring.id-to-term.strip': STRIP,
  'scoring.id-to-term.trimPunctuation': TRIM,
  'scoring.id-to-term.case': CASE,
};

const DIRECTION_GROUP: Record<Direction, GroupRow> = {
  'term-to-id': { label: 'Term to identifier', help: 'For questions that give the term.' },
  'id-to-term': { label: 'Identifier to term', help: 'For questions that give the identifier.' },
};

export const QUESTION_GROUPS: Record<Section<SpecGroup, Name>, GroupRow> = {
  templates: { label: 'Questions', help: 'How facts are put into words, in training and in evaluations.' },
  'templates.custom': { label: 'Own templates', help: 'Used where the template set is custom.' },
  'templates.custom.term-to-id': DIRECTION_GROUP['term-to-id'],
  'templates.custom.id-to-term': DIRECTION_GROUP['id-to-term'],
  'templates.examples': { label: 'In-context examples', help: 'What an evaluation question is shown beforehand.' },
  scoring: { label: 'Scoring', help: 'When an answer is right.' },
  'scoring.term-to-id': DIRECTION_GROUP['term-to-id'],
  'scoring.id-to-term': DIRECTION_GROUP['id-to-term'],
};
