/**
 * The registry of template sets, and sets of the user's own.
 *
 * Promises: every set that comes out of here asks each of its directions with at least one trained wording and a held-out
 * one that differs from all of them, whatever the letter case. Adding a set is one file and one line here.
 * Must not know: styles, tokens, models.
 */
import { DIRECTION_LABEL, DIRECTIONS, type Direction } from '../core/direction';
import { LabError } from '../core/errors';
import { nameKey } from '../dataset/candidates';
import { fullQuestions } from './full-questions';
import { geneQuestions } from './gene-questions';
import { PLACEHOLDERS } from './render';
import { shortQuestions } from './short-questions';
import type { DirectionTemplates, Nouns, TemplateSet } from './types';

const SETS: readonly ((nouns: Nouns) => TemplateSet)[] = [() => shortQuestions, fullQuestions, () => geneQuestions];

export const DEFAULT_TEMPLATE_SET = shortQuestions.name;
/** Name of a user's own set in a spec's `templates.set`. */
export const CUSTOM_SET = 'custom';

const PLAIN_NOUNS: Nouns = { term: 'term', identifier: 'identifier' };

/** Every registered set, in the words of a terminology. */
export function templateSets(nouns: Nouns = PLAIN_NOUNS): TemplateSet[] {
  return SETS.map((make) => make(nouns));
}

/** The sets whose wording fits a terminology. */
export function templateSetsFor(terminology: { name: string; nouns: Nouns }): TemplateSet[] {
  return templateSets(terminology.nouns).filter((set) => fits(set, terminology.name));
}

/** Throws `spec-invalid` for a name that is not registered. */
export function templateSet(name: string, nouns: Nouns = PLAIN_NOUNS): TemplateSet {
  const sets = templateSets(nouns);
  const found = sets.find((set) => set.name === name);
  if (found) return found;
  const known = sets.map((set) => `"${set.name}"`).join(', ');
  throw new LabError('spec-invalid', `There is no template set "${name}"; there is: ${known}.`, {
    hint: `Set templates.set to one of these names, or to "${CUSTOM_SET}" for templates of your own.`,
    control: 'templates.set',
  });
}

export function fits({ terminologies }: TemplateSet, terminology: string): boolean {
  return terminologies === 'any' || terminologies.includes(terminology);
}

/** Templates of a direction. Throws `spec-invalid` where the set has none for it. */
export function templatesOf({ name, templates }: TemplateSet, direction: Direction): DirectionTemplates {
  const found = templates[direction];
  if (found) return found;
  throw new LabError('spec-invalid', `The template set "${name}" has no templates for ${DIRECTION_LABEL[direction]}.`, {
    hint: `Add templates.custom.${direction}, or leave ${direction} out of directions.`,
    control: `templates.custom.${direction}`,
  });
}

export type CustomTemplates = Readonly<Partial<Record<Direction, DirectionTemplates | undefined>>>;

/**
 * A user's own set. Throws `spec-invalid`, naming the template's place: for a direction of `needed` that has no
 * templates, a placeholder that is missing, doubled or the other direction's, and for two wordings that are the same.
 */
export function customSet(custom: CustomTemplates, needed: readonly Direction[] = DIRECTIONS): TemplateSet {
  const set: TemplateSet = {
    name: CUSTOM_SET,
    description: 'Your own templates.',
    terminologies: 'any',
    templates: Object.fromEntries(
      DIRECTIONS.flatMap((direction) => (custom[direction] ? [[direction, custom[direction]]] : [])),
    ),
  };
  for (const direction of needed) templatesOf(set, direction);
  for (const direction of DIRECTIONS) {
    const templates = set.templates[direction];
    if (templates) checkTemplates(templates, direction);
  }
  return set;
}

function checkTemplates({ trained, heldOut }: DirectionTemplates, direction: Direction): void {
  const at = `templates.custom.${direction}`;
  const fail = (place: string, what: string, hint: string) =>
    new LabError('spec-invalid', `${at}.${place} ${what}.`, { hint, control: `${at}.${place}` });
  if (trained.length === 0) throw fail('trained', 'is empty', 'Write at least one question to train with.');
  const placeholder = PLACEHOLDERS[direction];
  const answer = PLACEHOLDERS[direction === 'term-to-id' ? 'id-to-term' : 'term-to-id'];
  const places = new Map<string, string>();
  const named: [string, string][] = [...trained.map((text, i): [string, string] => [`trained.${i}`, text])];
  for (const [place, template] of [...named, ['heldOut', heldOut] as [string, string]]) {
    const times = template.split(placeholder).length - 1;
    if (times !== 1) {
      const found = times === 0 ? 'does not hold' : `holds ${times} times`;
      const hint = `Write ${placeholder} once, where the question names what is asked about.`;
      throw fail(place, `"${template}" ${found} ${placeholder}`, hint);
    }
    if (template.includes(answer)) {
      throw fail(
        place,
        `"${template}" holds ${answer}, the answer`,
        `Leave ${answer} out: the answer follows by itself.`,
      );
    }
    const twin = places.get(nameKey(template));
    if (twin !== undefined) {
      const why = place === 'heldOut' ? 'The held-out question must never be trained on: word it differently.' : '';
      throw fail(place, `"${template}" is the same as ${at}.${twin}`, why || 'Word it differently, or leave one out.');
    }
    places.set(nameKey(template), place);
  }
}
