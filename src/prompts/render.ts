/**
 * Pair + template + direction → prompt and completion texts.
 *
 * Promises: the input is put in as it is, on one line; the completion is the bare identifier or the bare term and is
 * always right by the scoring rule. Template sets: adding one is one file and one line here.
 * Must not know: tokens, models.
 */
import type { Direction } from '../core/direction';
import { LabError } from '../core/errors';
import { oneLine } from '../dataset/candidates';
import type { Pair } from '../dataset/types';
import { shortQuestions } from './short-questions';
import type { EvaluationRole, TemplateSet } from './types';

export const TEMPLATE_SETS: readonly TemplateSet[] = [shortQuestions];
export const DEFAULT_TEMPLATE_SET = shortQuestions.name;

/** What a direction is asked with, and the placeholder it fills. */
export const PLACEHOLDERS: Readonly<Record<Direction, string>> = {
  'term-to-id': '{term}',
  'id-to-term': '{identifier}',
};

export type PairTexts = Pick<Pair, 'term' | 'identifier'>;

/** Throws `spec-invalid` for a name that is not registered. */
export function templateSet(name: string): TemplateSet {
  const found = TEMPLATE_SETS.find((set) => set.name === name);
  if (found) return found;
  const known = TEMPLATE_SETS.map((set) => `"${set.name}"`).join(', ');
  throw new LabError('spec-invalid', `There is no template set "${name}"; there is: ${known}.`, {
    hint: 'Set templates.set to one of these names.',
    control: 'templates.set',
  });
}

/** The prompt. Throws `spec-invalid` unless the template holds the direction's placeholder exactly once. */
export function renderPrompt(template: string, pair: PairTexts, direction: Direction): string {
  const placeholder = PLACEHOLDERS[direction];
  const parts = template.split(placeholder);
  if (parts.length !== 2) {
    throw new LabError(
      'spec-invalid',
      `The template "${template}" must hold ${placeholder} once; it does ${parts.length - 1} times.`,
      {
        hint: `Write ${placeholder} where the question names what is asked about.`,
        control: 'templates.set',
      },
    );
  }
  return parts.join(oneLine(direction === 'term-to-id' ? pair.term : pair.identifier));
}

/** The answer that is trained and scored: the bare identifier (term→id) or the bare term (id→term). */
export function completionText(pair: PairTexts, direction: Direction): string {
  return oneLine(direction === 'term-to-id' ? pair.identifier : pair.term);
}

/** One prompt per trained template, in the set's order. */
export function trainPrompts(pair: PairTexts, direction: Direction, set: string = DEFAULT_TEMPLATE_SET): string[] {
  return templateSet(set).templates[direction].trained.map((template) => renderPrompt(template, pair, direction));
}

/** The prompt an evaluation asks with: the held-out template, or the first trained one. */
export function evaluationPrompt(
  pair: PairTexts,
  direction: Direction,
  role: EvaluationRole,
  set: string = DEFAULT_TEMPLATE_SET,
): string {
  const { trained, heldOut } = templateSet(set).templates[direction];
  return renderPrompt(role === 'held-out' ? heldOut : trained[0]!, pair, direction);
}
