/** What a style is: the way a question and its examples become text or messages, and what form the answer has. */
import type { Direction } from '../../core/direction';
import type { Question, StyleName } from '../types';

/** An in-context example: a prompt and the answer to it. */
export interface ShownExample {
  prompt: string;
  label: string;
}

export interface Asked {
  prompt: string;
  direction: Direction;
  /** In the order of showing. */
  examples: readonly ShownExample[];
  /** Null: the style's own, if it has one. Empty: none. */
  system: string | null;
}

export interface PromptStyle {
  readonly name: StyleName;
  readonly description: string;
  /** Whether a system message has a place in it. */
  readonly takesSystem: boolean;
  ask(asked: Asked): Pick<Question, 'messages' | 'text'>;
  /** What the model has to write for this answer, to the letter. */
  completion(label: string, direction: Direction): string;
}
