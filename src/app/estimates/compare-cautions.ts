/** What stands against comparing some runs, in words: other facts, other questions, parts that are missing. Pure. */
import { isolated } from '../../core/isolated';
import { equalValues } from '../../core/json';
import { isLeftOut } from '../../records';
import type { FactRecord, Manifest, Summary } from '../../records/types';

interface CautionRun {
  name: string;
  manifest: Manifest;
  facts: readonly Pick<FactRecord, 'fact' | 'answerTokens'>[];
  summary: Summary | null;
}

/** In the order of their weight; empty where nothing stands against it. */
export function cautions(runs: readonly CautionRun[]): string[] {
  const [first, ...others] = runs;
  if (first === undefined || others.length === 0) return [];
  const differ = (of: (manifest: Manifest) => unknown) =>
    others.some(({ manifest }) => !equalValues(of(manifest), of(first.manifest)));
  const everywhere = others.reduce(
    (shared, { facts }) => {
      const own = new Set(facts.map(({ fact }) => fact));
      return shared.filter(({ fact }) => own.has(fact));
    },
    [...first.facts],
  );
  const all = new Set(runs.flatMap(({ facts }) => facts.map(({ fact }) => fact))).size;
  const tokens = new Map(first.facts.map(({ fact, answerTokens }) => [fact, answerTokens]));
  const otherTokens = others.some(({ facts }) =>
    facts.some(({ fact, answerTokens }) => (tokens.get(fact) ?? answerTokens) !== answerTokens),
  );
  const part = runs.filter(({ manifest }) => manifest.state !== 'done').map(({ name }) => name);
  return [
    differ(isLeftOut)
      ? 'In some runs the names of the pairs were left out: their facts cannot be matched with those of the others.'
      : null,
    everywhere.length === 0
      ? `No fact is in all of these runs (${all} facts in any of them): curves stand beside each other, but a difference between them may be one between their facts. Some pairs of runs may share facts all the same.`
      : differ(({ dataset }) => dataset.hash)
        ? `The runs drew different pairs: ${everywhere.length} of ${all} facts are in all of them. Curves show each run’s own facts; the paired tests the shared ones.`
        : null,
    differ(({ spec }) => [spec.templates, spec.scoring])
      ? 'Questions or scoring rules differ: part of a difference may be that of the asking.'
      : null,
    otherTokens
      ? 'The runs’ tokenizers cut answers differently: log p is of the whole label, and comparable only as such.'
      : null,
    part.length > 0 ? `Not run to its end: ${part.map(isolated).join(', ')}.` : null,
    runs.some(({ summary }) => summary === null)
      ? `Without a summary, so without curves: ${runs.flatMap(({ name, summary }) => (summary === null ? [isolated(name)] : [])).join(', ')}.`
      : null,
  ].filter((text) => text !== null);
}
