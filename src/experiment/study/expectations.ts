/**
 * Whether a study shows what it was expected to show.
 *
 * Promises: decided from the lines of the summary alone; an expectation holds only where every line that it asks for bears
 * it out, and cannot be said where a line is missing or was not estimated. Must not know: how a line was made.
 */
import type { ExpectationOutcome, StudyRow } from '../../records';
import type { Expectation } from '../../spec';

export function checkExpectations(
  expectations: readonly Expectation[],
  rows: readonly StudyRow[],
): ExpectationOutcome[] {
  return expectations.map((expectation) => {
    const places = [...rows.keys()].filter((index) => asked(expectation, rows[index]!));
    return { expectation, ...judged(expectation, places, rows), rows: places };
  });
}

function asked({ of }: Expectation, row: StudyRow): boolean {
  if (of.model === undefined && row.model === 'one run') return false;
  return (Object.keys(of) as (keyof typeof of)[]).every((field) => of[field] === undefined || of[field] === row[field]);
}

function judged(
  expectation: Expectation,
  places: readonly number[],
  rows: readonly StudyRow[],
): Pick<ExpectationOutcome, 'holds' | 'why'> {
  if (places.length === 0) return { holds: null, why: 'the summary has no such line' };
  const verdicts = places.map((index) => verdict(expectation, rows[index]!));
  const against = verdicts.find(({ holds }) => holds === false) ?? verdicts.find(({ holds }) => holds === null);
  return against ?? { holds: true, why: null };
}

/** Of one line. What speaks against it counts before what cannot be said. */
function verdict({ value, interval, p }: Expectation, row: StudyRow): Pick<ExpectationOutcome, 'holds' | 'why'> {
  const { estimate, coefficient, test } = row;
  if (estimate === null) return { holds: null, why: `not estimated: ${row.notEstimated}` };
  const found = (name: string, number: number, word: string, bound: number): string[] => [
    `the ${name} is ${short(number)}, not ${word} ${bound}`,
  ];
  const faults = [
    ...(value?.above !== undefined && !(estimate.value > value.above)
      ? found('value', estimate.value, 'above', value.above)
      : []),
    ...(value?.below !== undefined && !(estimate.value < value.below)
      ? found('value', estimate.value, 'below', value.below)
      : []),
    ...(interval?.above !== undefined && !(estimate.lo > interval.above)
      ? found('lower limit', estimate.lo, 'above', interval.above)
      : []),
    ...(interval?.below !== undefined && !(estimate.hi < interval.below)
      ? found('upper limit', estimate.hi, 'below', interval.below)
      : []),
  ];
  const known = test?.p ?? coefficient?.p;
  if (p !== undefined && known !== undefined && !(known < p)) faults.push(...found('p', known, 'below', p));
  if (faults.length > 0) return { holds: false, why: faults.join('; ') };
  if (p !== undefined && known === undefined) return { holds: null, why: 'the line has no p' };
  return { holds: true, why: null };
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
