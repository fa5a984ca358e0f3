/**
 * Records without the texts of the ontology's pairs: what may travel where a licence lets no names travel.
 *
 * A pair's names are replaced by a name made from their SHA-256, so that equal pairs keep equal names in every run and
 * whoever has the ontology can tell which is which. What is measured stays. Answers are blank: right ones are names,
 * and wrong ones often are, too; so are sampled ones, and the tokens of labels.
 *
 * Promises: such records are valid, and every statistic of them is that of the whole ones.
 * Must not know: files, zips.
 */
import { factKey } from '../core/direction';
import { LabError } from '../core/errors';
import { sha256Hex } from '../core/hash';
import { canonicalJson } from '../core/json';
import type { FactRecord, Manifest, SampledAnswers, StepRecord, TrialRecord } from './types';

interface Texts {
  identifier: string;
  term: string;
}

const NAME = /^pair-[0-9a-f]{16}$/;
const LINE = /^line:\d+$/;
const ENTITY = /^entity-[0-9a-f]{16}$/;
/** Of the hash; two of 100,000 pairs share them once in four billion draws. */
const NAME_DIGITS = 16;

/** SHA-256 of the pair: of `["identifier","term"]` as JSON without spaces, in UTF-8. */
export function pairHash({ identifier, term }: Texts): string {
  return sha256Hex(canonicalJson([identifier, term]));
}

/** What stands in the place of the identifier. */
export function pairName(hash: string): string {
  return `pair-${hash.slice(0, NAME_DIGITS)}`;
}

/** Whether the texts of its pairs were left out of the run. */
export function isLeftOut({ pairTexts }: Pick<Manifest, 'pairTexts'>): boolean {
  return pairTexts === 'left-out';
}

/** Replaces pairs, each hashed once. */
export class LeavingOut {
  readonly #hashes = new Map<string, string>();

  hash({ identifier, term }: Texts): string {
    const key = `${identifier}\n${term}`;
    const known = this.#hashes.get(key);
    if (known !== undefined) return known;
    const hash = pairHash({ identifier, term });
    this.#hashes.set(key, hash);
    return hash;
  }

  pair<T extends Texts>(texts: T): T {
    return { ...texts, identifier: pairName(this.hash(texts)), term: '' };
  }

  fact({ answerPieces: _pieces, ...fact }: FactRecord): FactRecord {
    const pair = this.hash(fact);
    const identifier = pairName(pair);
    const entity = fact.entity === null ? null : `entity-${sha256Hex(fact.entity).slice(0, NAME_DIGITS)}`;
    return { ...fact, fact: factKey(identifier, fact.direction), identifier, term: '', entity, pair };
  }

  trial(trial: TrialRecord): TrialRecord {
    const identifier = pairName(this.hash(trial));
    const { answers: _answers, ...sampled } = trial.sampled ?? { answers: null };
    return {
      ...trial,
      fact: factKey(identifier, trial.direction),
      identifier,
      term: '',
      answer: '',
      sampled: trial.sampled && (sampled as SampledAnswers),
    };
  }

  /** Steps list what they rehearsed by the keys of facts, or by the lines of a text. Throws `record-invalid` for others. */
  steps(steps: readonly StepRecord[], facts: readonly FactRecord[]): StepRecord[] {
    const keys = new Map(facts.map((fact) => [fact.fact, this.fact(fact).fact]));
    return steps.map((step) =>
      step.rehearsed
        ? { ...step, rehearsed: step.rehearsed.map((of) => (LINE.test(of) ? of : keyed(keys, of))) }
        : step,
    );
  }

  /** An error or a warning that names a pair says so in its place. */
  manifest(manifest: Manifest, facts: readonly FactRecord[]): Manifest {
    const texts = [...new Set(facts.flatMap(({ identifier, term }) => [identifier, term]))];
    const clean = (message: string) =>
      texts.some((text) => message.includes(text)) ? 'This message names a pair and was left out.' : message;
    const { error, probes } = manifest;
    return {
      ...manifest,
      probes: probes && { ...probes, warnings: probes.warnings.map(clean) },
      error: error && { ...error, message: clean(error.message), hint: clean(error.hint) },
      pairTexts: 'left-out',
    };
  }
}

function keyed(keys: ReadonlyMap<string, string>, of: string): string {
  const key = keys.get(of);
  if (key !== undefined) return key;
  throw new LabError('record-invalid', 'steps.jsonl names a rehearsed fact that facts.jsonl does not have.', {
    hint: 'Take all files of the run from one bundle or one folder.',
  });
}

/** Throws `record-invalid` where records hold texts that the manifest says were left out, or lack texts that it does not. */
export function requireTexts(manifest: Manifest, facts: readonly FactRecord[], trials: readonly TrialRecord[]): void {
  const leftOut = isLeftOut(manifest);
  const fact = facts.findIndex((each) =>
    leftOut
      ? each.pair === undefined ||
        each.identifier !== pairName(each.pair) ||
        each.term !== '' ||
        each.answerPieces !== undefined ||
        !(each.entity === null || ENTITY.test(each.entity))
      : each.pair !== undefined,
  );
  const trial = leftOut
    ? trials.findIndex(
        ({ identifier, term, answer, sampled }) =>
          !NAME.test(identifier) || term !== '' || answer !== '' || sampled?.answers !== undefined,
      )
    : -1;
  if (fact < 0 && trial < 0) return;
  const place = fact >= 0 ? `fact ${fact + 1} of facts.jsonl` : `trial ${trial + 1} of trials.jsonl`;
  const what = leftOut
    ? `${place} is not as it must be where pairs were left out, as manifest.json says`
    : `${place} is of a run whose pairs were left out, but manifest.json does not say so`;
  throw new LabError('record-invalid', `${what}.`, {
    hint: 'Take all files of the run from one bundle or one folder.',
  });
}
