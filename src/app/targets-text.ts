/**
 * Targets of an adapter as one line of text, beside the boxes for the layers that have a name of the lab's own. Pure.
 *
 * Must not know: models, how the line is shown.
 */
import { LINEAR_LAYERS } from '../spec';
import { LINEAR_MODULES } from '../spec/schema';

type Targets = string | readonly string[];

const isOwnName = (name: string) => (LINEAR_MODULES as readonly string[]).includes(name);

/** One a box. */
export const LINEAR_LAYER_OPTIONS = LINEAR_MODULES.map((value) => ({
  value,
  label: `${LINEAR_LAYERS[value].label} (${value})`,
}));

/** What no box can show; empty where boxes show all. */
export function textOfTargets(targets: Targets): string {
  if (typeof targets === 'string') return targets;
  return targets.every(isOwnName) ? '' : targets.join(', ');
}

/** Names between commas, or one text that PEFT would take: `all-linear` or a pattern. Empty: all layers by their names. */
export function targetsOfText(text: string): string | string[] {
  const line = text.trim();
  if (line === '') return [...LINEAR_MODULES];
  // A single name is a list of one: as a pattern it would have to be a whole path.
  if (/^[\w.]+(\s*,\s*[\w.]+)*$/.test(line)) return line.split(/\s*,\s*/);
  return line;
}
