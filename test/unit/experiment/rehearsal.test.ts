/** Rehearsal: what stands beside a batch, in which order, and that the records tell it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { byteFile } from '../../../src/core/files';
import { prepareRun, summarize, type PreparedRun } from '../../../src/experiment';
import { chosenItems, RehearsalOrder, type RehearsalItem } from '../../../src/experiment/rehearsal';
import {
  encodeSteps,
  encodeSummary,
  parseSteps,
  parseSummary,
  rehearsedFacts,
  type TrialRecord,
} from '../../../src/records';
import { parseSpec } from '../../../src/spec';
import { inputTokens } from '../../../src/tokens/packing';
import { bitsOf, resumePointOf, runOnFake, type RunLog } from '../../helpers/run-harness';
import { memoryFolder, TINY_BOS_ID, tinyModelFiles } from '../../helpers/tiny-model';
import { prepareTiny, tinySpec, tinyTerms } from '../../helpers/tiny-run';

const items = (n: number): RehearsalItem[] =>
  Array.from({ length: n }, (_, i) => ({
    of: `line:${i + 1}`,
    example: { prompt: Uint32Array.of(0), completion: Uint32Array.of(i) },
  }));
const named = (list: readonly RehearsalItem[]) => list.map(({ of }) => of);

const TEXTS = 'the tail is short\n\nthe ear is blue, and so on\nx\nround paws\n';

function prepareTexts(text: string | null, ...sets: string[]): Promise<PreparedRun> {
  const rehearsal = 'retention.rehearsal={"source":"text","path":"elsewhere/texts.txt","perBatch":3}';
  return prepareRun({
    spec: parseSpec(tinySpec(rehearsal, ...sets), 'tiny.json'),
    model: memoryFolder(tinyModelFiles()),
    ontology: byteFile(tinyTerms),
    counts: null,
    covariates: [],
    rehearsal: text === null ? null : byteFile({ name: 'texts.txt', text }),
  });
}

describe('the order of rehearsal', () => {
  it('brings every item once in a cycle, each cycle in an order of its own', () => {
    const order = new RehearsalOrder(3, 'term-to-id', items(10), 2);
    const cycle = (first: number) => Array.from({ length: 5 }, (_, n) => named(order.at(first + n))).flat();
    expect(cycle(0).toSorted()).toEqual(named(items(10)).toSorted());
    expect(cycle(5).toSorted()).toEqual(cycle(0).toSorted());
    expect(cycle(5)).not.toEqual(cycle(0));
  });

  it('depends on seed, direction and step only, in whatever order it is asked', () => {
    const one = new RehearsalOrder(3, 'term-to-id', items(7), 3);
    const late = named(one.at(40));
    expect(named(new RehearsalOrder(3, 'term-to-id', items(7), 3).at(40))).toEqual(late);
    named(one.at(2));
    expect(named(one.at(40))).toEqual(late);
    const fifty = (order: RehearsalOrder) => Array.from({ length: 50 }, (_, step) => named(order.at(step))).flat();
    const first = fifty(one);
    expect(fifty(new RehearsalOrder(4, 'term-to-id', items(7), 3))).not.toEqual(first);
    expect(fifty(new RehearsalOrder(3, 'id-to-term', items(7), 3))).not.toEqual(first);
  });

  it('has no more beside a batch than there is, and nothing where nothing is known', () => {
    expect(named(new RehearsalOrder(1, 'term-to-id', items(2), 5).at(0)).toSorted()).toEqual(['line:1', 'line:2']);
    expect(new RehearsalOrder(1, 'term-to-id', [], 5).at(3)).toEqual([]);
  });
});

describe('known withheld facts', () => {
  it('are those right before training, token for token, to the trained question in their own direction', async () => {
    const prepared = await prepareTiny('retention.rehearsal={"perBatch":2}');
    const direction = prepared.directions[0]!;
    const withheld = direction.facts.filter(({ seen }) => !seen);
    expect(direction.rehearsal).toHaveLength(5 * withheld.length);
    const trial = (fact: string, other: Partial<TrialRecord> = {}) =>
      ({
        fact,
        seen: false,
        epoch: 0,
        template: 'trained',
        direction: 'term-to-id',
        tokenHit: true,
        ...other,
      }) as TrialRecord;
    const [a, b, c, d] = withheld.map(({ key }) => key);
    const chosen = chosenItems(prepared.spec, direction, [
      trial(a!),
      trial(b!, { tokenHit: false, answerHit: true }),
      trial(b!, { template: 'held-out' }),
      trial(c!, { epoch: 1 }),
      trial(d!, { direction: 'id-to-term' }),
      trial(direction.facts[0]!.key, { seen: true }),
    ]);
    expect(new Set(named(chosen))).toEqual(new Set([a]));
    expect(chosen).toHaveLength(5);
  });
});

describe('texts', () => {
  it('are supervised in every token after the BOS; lines without a word are left out', async () => {
    const { directions, rehearsalFile, tokenizer } = await prepareTexts(TEXTS);
    const { rehearsal } = directions[0]!;
    expect(named(rehearsal)).toEqual(['line:1', 'line:3', 'line:4', 'line:5']);
    expect([...rehearsal[0]!.example.prompt]).toEqual([TINY_BOS_ID]);
    const whole = tokenizer.encodePrompt('the tail is short');
    expect([TINY_BOS_ID, ...rehearsal[0]!.example.completion]).toEqual([...whole]);
    expect(rehearsalFile).toMatchObject({ name: 'texts.txt', bytes: new TextEncoder().encode(TEXTS).length });
  });

  it('are cut to the context, or to the row where the spec names its length', async () => {
    const long = 'z'.repeat(700);
    const cut = async (...sets: string[]) =>
      inputTokens((await prepareTexts(long, ...sets)).directions[0]!.rehearsal[0]!.example);
    expect(await cut()).toBe(256);
    expect(await cut('train.rowTokens=128')).toBe(128);
  });

  it('make another experiment where they are others, but not where they lie elsewhere', async () => {
    const { runId } = await prepareTexts(TEXTS);
    expect((await prepareTexts(TEXTS, 'retention.rehearsal.path="other.txt"')).runId).toBe(runId);
    expect((await prepareTexts(`${TEXTS}more`)).runId).not.toBe(runId);
  });

  it('leave room in a row for what stands beside a batch', async () => {
    const text = 'the ear is blue and round '.repeat(3);
    const [plain, beside] = [await prepareTiny(), await prepareTexts(text)];
    expect(beside.rowTokens).toBeGreaterThan(plain.rowTokens);
    expect(beside.rowSupervised).toBeGreaterThan(plain.rowSupervised);
    expect(beside.plannedWork.train).toBeGreaterThan(plain.plannedWork.train);
  });

  it('must be named, given and not empty', async () => {
    await expect(prepareTexts(TEXTS, 'retention.rehearsal.path=null')).rejects.toMatchObject({
      code: 'spec-invalid',
      control: 'retention.rehearsal.path',
    });
    await expect(prepareTexts(null)).rejects.toMatchObject({ code: 'file-missing' });
    await expect(prepareTexts(' \n\n')).rejects.toMatchObject({ code: 'table-malformed' });
  });
});

describe('a run that rehearses texts', () => {
  let prepared: PreparedRun;
  let whole: RunLog;
  beforeAll(async () => {
    prepared = await prepareTexts(TEXTS, 'directions=["term-to-id"]', 'train.epochs=3');
    whole = await runOnFake(prepared, { tickMs: 30_000 });
  });

  it('says in every step what was rehearsed and how much of the batch it was', () => {
    expect(whole.error).toBeNull();
    for (const step of whole.steps) {
      expect(step.rehearsed).toHaveLength(3);
      expect(step.rehearsalTokens!).toBeGreaterThan(0);
      expect(step.rehearsalTokens!).toBeLessThan(step.supervisedTokens);
    }
    expect(new Set(whole.steps.flatMap(({ rehearsed }) => rehearsed)).size).toBe(4);
    expect(parseSteps(encodeSteps(whole.steps))).toEqual(whole.steps);
    expect(rehearsedFacts(whole.steps)).toEqual(new Set());
    expect(whole.manifests.at(-1)!.rehearsalFile).toEqual(prepared.rehearsalFile);
  });

  it('rehearses the same when it is continued from any checkpoint', async () => {
    expect(whole.checkpoints.length).toBeGreaterThan(3);
    for (const checkpoint of whole.checkpoints.filter((_, index) => index % 4 === 1)) {
      const continued = await runOnFake(prepared, { resumeFrom: resumePointOf(whole, checkpoint) });
      expect(bitsOf(continued)).toEqual(bitsOf(whole));
    }
  });

  it('learns its facts in the order it would have without', async () => {
    const plain = await runOnFake(await prepareTiny('directions=["term-to-id"]', 'train.epochs=3'));
    expect(whole.steps.map(({ supervisedTokens, rehearsalTokens }) => supervisedTokens - rehearsalTokens!)).toEqual(
      plain.steps.map(({ supervisedTokens }) => supervisedTokens),
    );
    expect(plain.steps.some((step) => 'rehearsed' in step || 'crossEntropy' in step)).toBe(false);
  });
});

describe('the summary of a run', () => {
  it('compares epochs by the mean cross-entropy, whatever was minimised', async () => {
    const { trials, steps } = await runOnFake(await prepareTiny('directions=["term-to-id"]'));
    const of = (records: typeof steps) => summarize({ runId: 'x', state: 'done' }, trials, records).directions[0]!;
    const weighted = steps.map((step) => ({ ...step, loss: step.loss / 100, crossEntropy: step.loss }));
    expect(of(weighted).lastEpochLoss).toBe(of(steps).lastEpochLoss);
    expect(of(steps).lastEpochLoss).toBeLessThan(of(steps).firstEpochLoss!);
  });

  it('keeps withheld facts that were rehearsed apart from untouched ones', async () => {
    const log = await runOnFake(await prepareTiny('directions=["term-to-id"]'));
    const fact = log.trials.find(({ seen }) => !seen)!.fact;
    const steps = log.steps.map((step, n) => ({
      ...step,
      rehearsalTokens: 3,
      rehearsed: n === 1 ? [fact] : ['line:7'],
    }));
    expect(rehearsedFacts(steps)).toEqual(new Set([fact]));
    const summary = summarize({ runId: 'x', state: 'done' }, log.trials, steps);
    const [direction] = summary.directions;
    expect(direction!.rehearsed!.map(({ facts, template }) => [facts, template])).toEqual([
      [1, 'held-out'],
      [1, 'trained'],
    ]);
    expect(direction!.groups.map(({ seen, facts }) => [seen, facts])).toEqual([[true, 8], [true, 8], [false, 3], [false, 3]]); // prettier-ignore
    expect(direction!.rise![0]).toMatchObject({ nSeen: 8, nWithheld: 3 });
    expect(parseSummary(encodeSummary(summary))).toEqual(summary);
    expect(log.summary!.directions[0]).not.toHaveProperty('rehearsed');
  });
});
