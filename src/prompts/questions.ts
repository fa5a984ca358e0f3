/**
 * Pair + direction + design → the questions that are trained and asked.
 *
 * Promises: training uses the set's trained wordings and the training style; an evaluation may differ in both. An
 * in-context example is a pair that is never scored, by identifier and by name, unless the design says
 * `leaky-as-published`. Must not know: token ids, models.
 */
import type { Direction } from '../core/direction';
import { LabError } from '../core/errors';
import { nameKey, oneLine } from '../dataset/candidates';
import type { Dataset, Pair } from '../dataset/types';
import { labelText, renderPrompt } from './render';
import { STYLES } from './styles';
import type { ShownExample } from './styles/types';
import { templatesOf } from './template-sets';
import type { EvaluationRole, PairTexts, PromptDesign, Question, StyleName } from './types';

/** One question per trained template, in the set's order. */
export function trainQuestions(pair: PairTexts, direction: Direction, design: PromptDesign): Question[] {
  return templatesOf(design.set, direction).trained.map((template) =>
    question(template, pair, direction, design.trainStyle, design.system, []),
  );
}

/** What an evaluation asks: the held-out template or the first trained one, behind the examples of `chooseExamples`. */
export function evaluationQuestion(
  pair: PairTexts,
  direction: Direction,
  role: EvaluationRole,
  design: PromptDesign,
  examples: readonly PairTexts[] = [],
): Question {
  const { trained, heldOut } = templatesOf(design.set, direction);
  const template = role === 'held-out' ? heldOut : trained[0]!;
  return question(template, pair, direction, design.evaluationStyle, design.system, examples);
}

/**
 * The in-context examples of a design, the same for every question.
 *
 * `unscored`: the data set's first examples that share neither identifier nor name with a scored pair.
 * `leaky-as-published`: the scored pairs of the best ranks, so that some questions hold their own answer.
 * Throws `too-few-terms` where there are not as many.
 */
export function chooseExamples(
  { examples: { count, source } }: Pick<PromptDesign, 'examples'>,
  dataset: Pick<Dataset, 'seen' | 'withheld' | 'examples'>,
): Pair[] {
  if (count === 0) return [];
  const scored = [...dataset.seen, ...dataset.withheld];
  const candidates =
    source === 'unscored' ? unscored(dataset.examples, scored) : scored.toSorted((a, b) => a.rank - b.rank);
  if (candidates.length >= count) return candidates.slice(0, count);
  const found = candidates.length;
  throw new LabError(
    'too-few-terms',
    `${count} in-context examples are asked for, but there are only ${found} terms ${source === 'unscored' ? 'that are never scored' : 'in the data set'}.`,
    {
      hint: `Set templates.examples.count to ${found} or less, or draw fewer pairs.`,
      control: 'templates.examples.count',
    },
  );
}

function unscored(examples: readonly Pair[], scored: readonly Pair[]): Pair[] {
  const identifiers = new Set(scored.flatMap((pair) => [pair.identifier, ...pair.acceptedIdentifiers].map(oneLine)));
  const names = new Set(scored.flatMap((pair) => [pair.term, ...pair.acceptedTerms].map(nameKey)));
  return examples.filter(({ identifier, term }) => !identifiers.has(oneLine(identifier)) && !names.has(nameKey(term)));
}

function question(
  template: string,
  pair: PairTexts,
  direction: Direction,
  styleName: StyleName,
  system: string | null,
  examples: readonly PairTexts[],
): Question {
  const style = STYLES[styleName];
  const shown = (of: PairTexts): ShownExample => ({
    prompt: renderPrompt(template, of, direction),
    label: labelText(of, direction),
  });
  const { prompt, label } = shown(pair);
  return {
    ...style.ask({ prompt, direction, examples: examples.map(shown), system }),
    completion: style.completion(label, direction),
    label,
  };
}
