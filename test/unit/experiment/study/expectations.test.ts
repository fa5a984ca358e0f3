/** What a study expects of itself: decided by its lines alone, told in the terminal and as a table. */
import { describe, expect, it } from 'vitest';
import { summaryLines } from '../../../../src/cli/study/summary-lines';
import { expectationsCsv, poolStudy } from '../../../../src/experiment/study';
import { parseStudySummary, encodeStudySummary } from '../../../../src/records';
import { parseStudy, studyHash, type Expectation } from '../../../../src/spec';
import { digests, factors, simulatedRuns, study } from './simulated';

const runs = digests(simulatedRuns().filter(({ seed }) => seed < 4));
const judge = (...expectations: Omit<Expectation, 'says'>[]) => {
  const said = expectations.map((expectation, i) => ({ says: `claim ${i + 1}`, ...expectation }));
  const plan = parseStudy({ ...study, expectations: said }, 'expecting.json');
  return poolStudy(plan, factors, runs);
};
const gain = {
  measure: 'gain',
  model: 'paired by seed',
  direction: 'term-to-id',
  group: 'seen',
  term: 'arm=b',
} as const;
const latent = { measure: 'acquisition', term: 'latent', model: 'cox' } as const;

describe('an expectation', () => {
  it('holds where every line bears it out, and names the lines', () => {
    const summary = judge({ of: latent, interval: { above: 1 }, p: 0.01 }, { of: { ...latent, point: 'arm=a' }, value: { above: 1, below: 10 } });
    const [all, one] = summary.expectations;
    expect(all).toMatchObject({ holds: true, why: null });
    expect(all!.rows.map((index) => summary.rows[index]!.point)).toEqual(['arm=a', 'arm=b', 'all runs']);
    expect(one).toMatchObject({ holds: true, rows: { length: 1 } });
  });

  it('does not hold where one line speaks against it, and says how', () => {
    const summary = judge({ of: gain, value: { above: 0.9 } }, { of: latent, interval: { below: 1 } }, { of: latent, p: 1e-30 });
    expect(summary.expectations.map(({ holds }) => holds)).toEqual([false, false, false]);
    expect(summary.expectations[0]!.why).toMatch(/^the value is -?0\.\d+, not above 0\.9$/);
    expect(summary.expectations[1]!.why).toMatch(/^the upper limit is .*, not below 1$/);
    expect(summary.expectations[2]!.why).toMatch(/^the p is .*, not below 1e-30$/);
  });

  it('cannot be said where there is no line, no estimate or no p', () => {
    const summary = judge(
      { of: { measure: 'generalization' }, interval: { above: 1 } },
      { of: { measure: 'found by samples', term: 'the label' }, p: 0.05 },
      { of: { ...latent, term: 'nothing of the kind' }, p: 0.5 },
    );
    expect(summary.expectations.map(({ holds }) => holds)).toEqual([null, null, null]);
    expect(summary.expectations.map(({ why }) => why)).toEqual(['the summary has no such line', 'the line has no p', 'the summary has no such line']);
    const short = judge({ of: gain, value: { above: 0 } });
    const alone = poolStudy({ ...study, expectations: [short.expectations[0]!.expectation] }, factors, runs.filter(({ seed }) => seed === 1));
    expect(alone.expectations[0]).toMatchObject({ holds: null, why: 'not estimated: 1 seed has an estimate; a mean needs two or more' });
  });

  it('asks single runs only where it names them', () => {
    const of = { measure: 'accuracy after', group: 'seen' } as const;
    const summary = judge({ of, value: { above: 0.1 } }, { of: { ...of, model: 'one run' }, value: { above: 0.1 } });
    const models = summary.expectations.map(({ rows }) => new Set(rows.map((index) => summary.rows[index]!.model)));
    expect([...models[0]!]).toEqual(['mean over seeds', 'pooled', 'paired by seed']);
    expect([...models[1]!]).toEqual(['one run']);
    const bare = judge({ of: { ...of, term: null }, value: { above: 0.1 } }).expectations[0]!;
    expect(bare.rows.every((index) => summary.rows[index]!.term === null)).toBe(true);
  });

  it('is told first in the terminal, and stands in a table of its own', () => {
    const summary = judge({ of: { ...latent, point: 'arm=a' }, interval: { above: 1 } }, { of: gain, value: { above: 0.9 } });
    const lines = summaryLines(summary);
    expect(lines[0]).toBe('expected before it ran: 1 of 2 hold');
    expect(lines[1]).toBe('  holds: claim 1');
    expect(lines[2]).toMatch(/^ {6}arm=a, term→id, seen, acquisition: latent \(cox\): \d\.\d{4} \[.*\], p .*, n \d+$/);
    expect(lines[3]).toMatch(/^ {2}does not hold: claim 2 \(the value is/);
    const table = expectationsCsv(summary).trimEnd().split('\r\n');
    expect(table).toHaveLength(3);
    expect(table[0]).toMatch(/^expectation,says,holds,why,asked,point,direction,measure,group,model,term,value,lo,hi,n,p,testP$/);
    expect(table[1]).toMatch(/^1,claim 1,yes,,/);
    expect(table[2]).toMatch(/^2,claim 2,no,/);
    expect(parseStudySummary(encodeStudySummary(summary))).toEqual(summary);
  });
}); // prettier-ignore

describe('expectations in a study file', () => {
  const refused = (expectation: unknown) => () => parseStudy({ ...study, expectations: [expectation] }, 'study.json');

  it.each<[unknown, string, string]>([
    [{ says: 'a', of: { measure: 'gains' }, p: 0.1 }, 'expectations.0.of.measure', 'found "gains"'],
    [{ says: 'a', of: { measure: 'gain', modl: 'cox' }, p: 0.1 }, 'expectations.0.of.modl', 'no such field'],
    [{ says: 'a', of: { measure: 'gain' } }, 'expectations.0', 'what is expected'],
    [{ says: 'a', of: { measure: 'gain' }, value: {} }, 'expectations.0.value', 'above, below, or both'],
    [{ says: 'a', of: { measure: 'gain' }, interval: { over: 1 } }, 'expectations.0.interval.over', 'no such field'],
    [{ says: 'a', of: { measure: 'gain' }, p: 0 }, 'expectations.0.p', 'found 0'],
    [{ of: { measure: 'gain' }, p: 0.1 }, 'expectations.0.says', 'found nothing'],
  ])('%j is refused by name', (expectation, control, words) => {
    expect(refused(expectation)).toThrowError(
      expect.objectContaining({ code: 'study-invalid', control, message: expect.stringContaining(words) as string }) as Error,
    ); // prettier-ignore
  });

  it('change no cell, and leave the hash of a study without them as it is', () => {
    const with1 = parseStudy(
      { ...study, expectations: [{ says: 'a', of: { measure: 'gain' }, p: 0.1 }] },
      'study.json',
    );
    const { expectations: _, ...without } = with1;
    expect(studyHash(without)).toBe(studyHash(study));
    expect(studyHash(with1)).not.toBe(studyHash(study));
    expect(Object.keys(study)).not.toContain('expectations');
  });
});
