/** What a template set is. */
import type { Direction } from '../core/direction';

/** `held-out`: never trained on; `trained`: the first of the trained templates. */
export type EvaluationRole = 'held-out' | 'trained';

/**
 * Templates of one direction. Each holds its placeholder once: `{term}` for term→id, `{identifier}` for id→term.
 * The answer is not part of a template: it follows the prompt as the bare identifier or the bare term.
 */
export interface DirectionTemplates {
  trained: readonly string[];
  heldOut: string;
}

export interface TemplateSet {
  /** Name in a spec's `templates.set`. */
  readonly name: string;
  readonly description: string;
  readonly templates: Readonly<Record<Direction, DirectionTemplates>>;
}
