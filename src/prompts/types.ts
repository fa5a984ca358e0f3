/** What template sets, styles, designs and questions are. */
import type { Direction } from '../core/direction';
import type { Pair } from '../dataset/types';
import type { ChatMessage } from '../tokens/types';

/** `held-out`: never trained on; `trained`: the first of the trained templates. */
export type EvaluationRole = 'held-out' | 'trained';

export type PairTexts = Pick<Pair, 'term' | 'identifier'>;

/**
 * Templates of one direction. Each holds its placeholder once: `{term}` for term→id, `{identifier}` for id→term.
 * The answer is not part of a template: it follows the prompt as the bare identifier or the bare term.
 */
export interface DirectionTemplates {
  /** At least one. */
  trained: readonly string[];
  heldOut: string;
}

export interface TemplateSet {
  /** Name in a spec's `templates.set`. */
  readonly name: string;
  readonly description: string;
  /** Names of the terminologies that the wording fits. */
  readonly terminologies: readonly string[] | 'any';
  /** A set of the user's own may leave out a direction that is not asked. */
  readonly templates: Readonly<Partial<Record<Direction, DirectionTemplates>>>;
}

/** What a terminology calls its terms and its identifiers, in the singular. */
export interface Nouns {
  readonly term: string;
  readonly identifier: string;
}

export const STYLE_NAMES = ['completion', 'chat', 'json'] as const;
export type StyleName = (typeof STYLE_NAMES)[number];

export const EXAMPLE_SOURCES = ['unscored', 'leaky-as-published'] as const;
export type ExampleSource = (typeof EXAMPLE_SOURCES)[number];

/** Everything about how questions are put. */
export interface PromptDesign {
  readonly set: TemplateSet;
  readonly trainStyle: StyleName;
  readonly evaluationStyle: StyleName;
  /** System message of chat and JSON questions. Null: none (chat) or the style's own (json). Empty: none. */
  readonly system: string | null;
  /** In-context examples before an evaluation question; training questions have none. */
  readonly examples: { readonly count: number; readonly source: ExampleSource };
}

/** One question with its answer, as texts. Of `messages` and `text` at least one is given. */
export interface Question {
  /** For a model with a chat template. */
  messages: ChatMessage[] | null;
  /** As plain text. Where messages are given too, only for a model without a chat template. */
  text: string | null;
  /** What is trained and teacher-forced, to the letter. */
  completion: string;
  /** The answer alone: the bare identifier or the bare term. */
  label: string;
}
