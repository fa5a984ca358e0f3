/**
 * From what a spec says of templates to a design that questions can be put by.
 *
 * Promises: what does not fit together is refused here, naming the spec's field. Must not know: specs as a whole, tokens.
 */
import type { Direction } from '../core/direction';
import { LabError } from '../core/errors';
import { STYLES } from './styles';
import { CUSTOM_SET, customSet, type CustomTemplates, fits, templateSet, templatesOf } from './template-sets';
import type { Nouns, PromptDesign, TemplateSet } from './types';

/** The `templates` part of a spec. */
export interface TemplateChoice extends Omit<PromptDesign, 'set'> {
  readonly set: string;
  readonly custom: CustomTemplates | null;
}

/** Throws `spec-invalid`. */
export function promptDesign(
  choice: TemplateChoice,
  terminology: { name: string; nouns: Nouns },
  directions: readonly Direction[],
): PromptDesign {
  const { trainStyle, evaluationStyle, system, examples } = choice;
  const set = chosenSet(choice, terminology, directions);
  if (system && ![trainStyle, evaluationStyle].some((style) => STYLES[style].takesSystem)) {
    throw new LabError(
      'spec-invalid',
      'templates.system is given, but questions in the style "completion" have none.',
      {
        hint: 'Set templates.system to null, or ask in the style "chat" or "json".',
        control: 'templates.system',
      },
    );
  }
  return { set, trainStyle, evaluationStyle, system, examples };
}

function chosenSet(
  { set: name, custom }: TemplateChoice,
  terminology: { name: string; nouns: Nouns },
  directions: readonly Direction[],
): TemplateSet {
  if (name === CUSTOM_SET) {
    if (custom) return customSet(custom, directions);
    throw new LabError('spec-invalid', `templates.set is "${CUSTOM_SET}", but templates.custom is empty.`, {
      hint: 'Write your templates into templates.custom, or choose another set.',
      control: 'templates.custom',
    });
  }
  const set = templateSet(name, terminology.nouns);
  for (const direction of directions) templatesOf(set, direction);
  if (fits(set, terminology.name)) return set;
  const suited = (set.terminologies as readonly string[]).join(', ');
  throw new LabError(
    'spec-invalid',
    `The template set "${name}" is worded for ${suited}, not for ${terminology.name}.`,
    {
      hint: 'Choose another set, or copy its templates into templates.custom and reword them.',
      control: 'templates.set',
    },
  );
}
