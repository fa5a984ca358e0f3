/**
 * Template + pair + direction → the prompt; pair + direction → the answer.
 *
 * Promises: the input is put in as it is, on one line, whatever it holds: braces, markup or a placeholder in it stay
 * text. Must not know: styles, tokens, models.
 */
import type { Direction } from '../core/direction';
import { LabError } from '../core/errors';
import { oneLine } from '../dataset/candidates';
import type { PairTexts } from './types';

/** What a direction is asked with, and the placeholder it fills. */
export const PLACEHOLDERS: Readonly<Record<Direction, string>> = {
  'term-to-id': '{term}',
  'id-to-term': '{identifier}',
};

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
        control: 'templates.custom',
      },
    );
  }
  return parts.join(oneLine(direction === 'term-to-id' ? pair.term : pair.identifier));
}

/** The answer alone: the bare identifier (term→id) or the bare term (id→term). */
export function labelText(pair: PairTexts, direction: Direction): string {
  return oneLine(direction === 'term-to-id' ? pair.identifier : pair.term);
}
