/** Probes in a whole run on a session without a GPU: what they record, when, and that no interruption shows in it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { byteFile } from '../../../src/core/files';
import { decodeCheckpoint, encodeCheckpoint, type PreparedRun } from '../../../src/experiment';
import { PROBES } from '../../../src/experiment/probes';
import {
  decodeEmbeddings,
  encodeProbeRecords,
  encodeTrials,
  parseProbeRecords,
  type ProbeRecords,
} from '../../../src/records';
import { PROBE_FILES, PROBE_RECORD_KINDS } from '../../../src/records';
import { fieldsOf, SPEC_SHAPE } from '../../../src/spec/shape';
import { bitsOf, resumePointOf, runOnFake, type RunLog } from '../../helpers/run-harness';
import { prepareTiny, prepareTinyWith } from '../../helpers/tiny-run';

const SMALL = ['sampling.seen=4', 'sampling.withheld=3', 'train.batchSize=8', 'evaluation.samples=0'];
const ALL = [
  ...SMALL,
  'evaluation.probes.ranks=true',
  'evaluation.probes.tokens=true',
  'evaluation.probes.embeddings={"at":"first-last","layers":[0,2,-1]}',
  'evaluation.probes.canaries={"count":5,"tokens":4}',
  'evaluation.probes.languageLoss={"texts":70,"tokens":6}',
];

it('has an implementation of every probe that a spec can ask for', () => {
  const evaluation = fieldsOf(SPEC_SHAPE, {})!.get('evaluation')!;
  const probes = fieldsOf(fieldsOf(evaluation, {})!.get('probes')!, {})!;
  expect(Object.keys(PROBES).sort()).toEqual([...probes.keys()].sort());
});

it('a spec without probes prepares none, and announces nothing more of a session', async () => {
  const prepared = await prepareTiny(...SMALL);
  expect(prepared.probes).toEqual([]);
  expect(prepared.session).toMatchObject({ ranks: false, scoreRows: [], states: null });
});

describe('a run with every probe', () => {
  let prepared: PreparedRun;
  let plain: RunLog;
  let whole: RunLog;
  beforeAll(async () => {
    prepared = await prepareTiny(...ALL);
    plain = await runOnFake(await prepareTiny(...SMALL));
    whole = await runOnFake(prepared);
    expect(whole.error).toBeNull();
  });

  it('learns and answers as the run without probes', () => {
    expect(bitsOf(whole).steps).toBe(bitsOf(plain).steps);
    const bare = whole.trials.map(({ tokenLogProbs: _, ...trial }) => ({ ...trial, ranks: null }));
    expect(encodeTrials(bare)).toBe(bitsOf(plain).trials);
    expect(bitsOf(plain).trials).not.toMatch(/ranks|tokenLogProbs|answers/);
    expect(JSON.stringify(plain.facts)).not.toContain('answerPieces');
  });

  it('ranks every token of every label: 1 wherever it is the argmax', () => {
    for (const { ranks, tokens, tokensRight } of whole.trials) {
      expect(ranks).toHaveLength(tokens);
      // The stop position counts as right for any stop token, which may rank below another one.
      expect(tokensRight).toBeGreaterThanOrEqual(ranks!.filter((rank) => rank === 1).length);
      expect(Math.min(...ranks!)).toBeGreaterThanOrEqual(1);
    }
    expect(new Set(whole.trials.flatMap(({ ranks }) => ranks!)).size).toBeGreaterThan(5);
  });

  it('scores every token of every label, and says which tokens these are', () => {
    for (const { tokenLogProbs, tokens, logProb } of whole.trials) {
      expect(tokenLogProbs).toHaveLength(tokens);
      expect(tokenLogProbs!.reduce((sum, each) => sum + each, 0)).toBeCloseTo(logProb, 4);
      expect(Math.max(...tokenLogProbs!)).toBeLessThanOrEqual(0);
    }
    for (const { answerPieces, answerTokens, direction, identifier, term } of prepared.factRecords) {
      expect(answerPieces).toHaveLength(answerTokens);
      expect(answerPieces!.slice(0, -1).join('').trim()).toBe(direction === 'term-to-id' ? identifier : term);
    }
  });

  it('scores the same canaries at every evaluation, all of them right before training', () => {
    const { canaries } = whole.probes;
    expect(canaries).toHaveLength(2 * 3 * 5);
    const before = canaries.filter(({ step }) => step === 0);
    expect(before.every(({ source }) => source === 'own')).toBe(true);
    // The stand-in's second direction starts elsewhere; the engine's at the same base model.
    expect(before.filter(({ direction }) => direction === 'term-to-id').every(({ hit }) => hit)).toBe(true);
    expect(new Set(before.map(({ prompt }) => prompt)).size).toBe(5);
    for (const canary of canaries) {
      const first = before.find(
        ({ canary: index, direction }) => index === canary.canary && direction === canary.direction,
      )!;
      expect([canary.prompt, canary.completion, canary.tokens]).toEqual([first.prompt, first.completion, first.tokens]);
    }
    // What is drawn is drawn once, for both directions.
    const [a, b] = ['term-to-id', 'id-to-term'].map((d) => before.filter(({ direction }) => direction === d));
    expect(a!.map(({ completion }) => completion)).toEqual(b!.map(({ completion }) => completion));
  });

  it('scores the texts that the model drew, and writes each text down once a direction', () => {
    const { language } = whole.probes;
    expect(language).toHaveLength(2 * 3 * 70);
    expect(language.every(({ step, content }) => (step === 0) === (content !== null))).toBe(true);
    const texts = language.filter(({ step, direction }) => step === 0 && direction === 'term-to-id');
    expect(new Set(texts.map(({ content }) => content)).size).toBeGreaterThan(60);
    expect(Math.max(...texts.map(({ tokens }) => tokens))).toBeLessThanOrEqual(6);
  });

  it('writes vectors before and after training, with what is needed to read them', () => {
    const { embeddings } = whole.probes;
    expect(embeddings.map(({ direction, step, layer }) => [direction, step, layer])).toEqual(
      ['term-to-id', 'id-to-term'].flatMap((direction) =>
        [0, 2 * prepared.directions[0]!.stepsPerEpoch].flatMap((step) =>
          [0, 2, -1].map((layer) => [direction, step, layer]),
        ),
      ),
    );
    expect(new Set(embeddings.map(({ file }) => file))).toEqual(new Set(whole.files.keys()));
    for (const [path, bytes] of whole.files) {
      const file = decodeEmbeddings(bytes, path);
      expect(file.pairs.map(({ term }) => term)).toEqual(
        [...prepared.dataset.seen, ...prepared.dataset.withheld].map(({ term }) => term),
      );
      expect(file.layers.map(({ layer, term }) => [layer, term.length])).toEqual(
        [0, 2, -1].map((layer) => [layer, 7 * prepared.config.hiddenSize]),
      );
    }
  });

  it('sums up every evaluation in the summary', () => {
    expect(whole.summary!.directions[0]!.probes!.canaries!.byEvaluation[0]!.kept).toMatchObject({ value: 1, n: 5 });
    for (const { probes } of whole.summary!.directions) {
      expect(probes!.canaries!.byEvaluation.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
      const [first, , last] = probes!.language!.byEvaluation;
      expect(first!.rise!.value).toBe(0);
      expect(last!.rise!.value).not.toBe(0);
      expect(last!.rise!.lo).toBeLessThan(last!.rise!.value);
      expect(last!.rise!.hi).toBeGreaterThan(last!.rise!.value);
      expect(last!.loss!.value - first!.loss!.value).toBeCloseTo(last!.rise!.value, 10);
      expect(probes!.embeddings.map(({ layer, matching }) => [layer, matching.map(({ group }) => group)])).toEqual(
        [0, 2, -1, 0, 2, -1].map((layer) => [layer, ['all', 'seen', 'withheld']]),
      );
    }
    expect(plain.summary!.directions.map(({ probes }) => probes)).toEqual([null, null]);
  });

  it('counts probes as work: the share never falls and ends at 1, and what is planned is done', () => {
    const shares = whole.progress.map(({ progress }) => progress.fraction);
    expect(shares.at(-1)).toBe(1);
    shares.reduce((before, now) => (expect(now).toBeGreaterThanOrEqual(before), now));
    expect(prepared.plannedWork.score).toBeGreaterThan(0);
    const scored =
      2 * 3 * (5 * (1 + 4) + 70 * 6) + 2 * 2 * prepared.probes.find(({ name }) => name === 'embeddings')!.tokens;
    const without = prepared.plannedWork.score - scored;
    expect(without).toBe(plainWork.score);
    expect(prepared.plannedWork.decode - plainWork.decode).toBe(5 * 4 + 70 * 6);
  });
  let plainWork: PreparedRun['plannedWork'];
  beforeAll(async () => (plainWork = (await prepareTiny(...SMALL)).plannedWork));

  it('reaches the same bytes from every checkpoint, within a probe too', async () => {
    const short = await prepareTiny(...ALL, 'sampling.seen=3', 'train.epochs=1', 'directions=["id-to-term"]');
    const unbroken = await runOnFake(short);
    const slow = await runOnFake(short, { tickMs: 61_000 });
    expect(bitsOf(slow)).toEqual(bitsOf(unbroken));
    const lines = slow.checkpoints.map(({ probeLines }) => probeLines!);
    // 70 texts are two parts: some checkpoint lies between them.
    expect(lines.some(({ language }) => language % 70 === 64)).toBe(true);
    const files = new Map(slow.files);
    // One checkpoint of each stage: what lies between two of them is the trials' and steps' own test.
    const stages = new Map(slow.checkpoints.map((each) => [JSON.stringify(each.probeLines), each]));
    expect(stages.size).toBeGreaterThan(5);
    for (const checkpoint of stages.values()) {
      const point = resumePointOf(slow, decodeCheckpoint(encodeCheckpoint(checkpoint), 'checkpoint.bin'));
      const continued = await runOnFake(short, { resumeFrom: point });
      expect(continued.error).toBeNull();
      expect(bitsOf(continued).trials).toBe(bitsOf(unbroken).trials);
      expect(bitsOf(continued).probes).toEqual(bitsOf(unbroken).probes);
      expect(continued.summary!.directions).toEqual(unbroken.summary!.directions);
      for (const [path, bytes] of continued.files) expect(bytes).toEqual(files.get(path));
    }
  }, 60_000);

  it('is not continued on records that the checkpoint does not count', async () => {
    const point = resumePointOf(whole, structuredClone(whole.checkpoints[1]!));
    point.probes!.canaries.pop();
    const { error } = await runOnFake(prepared, { resumeFrom: point });
    expect(error).toMatchObject({ code: 'checkpoint-mismatch', message: expect.stringContaining('probes') });
  });

  it('has records that read back as they were, in one order of fields', () => {
    const check = <K extends keyof ProbeRecords>(kind: K) => {
      const text = encodeProbeRecords(kind, whole.probes[kind]);
      expect(parseProbeRecords(kind, text)).toEqual(whole.probes[kind]);
      const reversed = whole.probes[kind].map((record) => Object.fromEntries(Object.entries(record).reverse()));
      expect(encodeProbeRecords(kind, reversed as never)).toBe(text);
      const line = JSON.stringify({ ...whole.probes[kind][0], step: -1 });
      expect(() => parseProbeRecords(kind, `${text}${line}\n`)).toThrow(
        `${PROBE_FILES[kind]}, line ${whole.probes[kind].length + 1}`,
      );
    };
    PROBE_RECORD_KINDS.forEach(check);
  });
});

describe('texts and canaries of files', () => {
  const table = (text: string) => ({ canaries: byteFile({ name: 'canaries.csv', text }) });
  const lines = (text: string) => ({ languageLoss: byteFile({ name: 'texts.txt', text }) });
  const CANARIES = 'evaluation.probes.canaries={"path":"canaries.csv","count":2}';
  const TEXTS = 'evaluation.probes.languageLoss={"path":"texts.txt","texts":3,"tokens":5}';

  it('are read, hashed, cut to what the spec says, and part of the experiment’s identity', async () => {
    const csv = 'completion,prompt\nhot,Fire is\ncold,Ice is\nwet,Rain is\n';
    const prepared = await prepareTinyWith(table(csv), ...SMALL, CANARIES);
    const { probes, summary, manifests } = await runOnFake(prepared);
    expect(probes.canaries.filter(({ step }) => step === 0).map(({ prompt, completion }) => [prompt, completion])).toEqual(
      ['', ''].flatMap(() => [['Fire is', 'hot'], ['Ice is', 'cold']]),
    ); // prettier-ignore
    expect(manifests.at(-1)!.probes!.files).toEqual([
      {
        field: 'evaluation.probes.canaries.path',
        file: expect.objectContaining({ name: 'canaries.csv', bytes: csv.length }),
      },
    ]);
    expect(summary!.directions[0]!.probes!.canaries!.source).toBe('file');
    const elsewhere = await prepareTinyWith(
      table(csv),
      ...SMALL,
      CANARIES.replace('"canaries.csv"', '"/other/canaries.csv"'),
    );
    expect(elsewhere.runId).toBe(prepared.runId);
    const changed = await prepareTinyWith(table(csv.replace('hot', 'red')), ...SMALL, CANARIES);
    expect(changed.runId).not.toBe(prepared.runId);
  });

  it('leave empty lines out, cut long texts as asked, and warn where the context cuts them', async () => {
    const prepared = await prepareTinyWith(
      lines(`\nabc def ghi\n\n${'x y '.repeat(400)}\nlast\nnot read\n`),
      ...SMALL,
      TEXTS,
    );
    const { language } = (await runOnFake(prepared)).probes;
    const first = language.filter(({ step, direction }) => step === 0 && direction === 'term-to-id');
    expect(first.map(({ text, tokens }) => [text, tokens])).toEqual([[0, 5], [1, 5], [2, 3]]); // prettier-ignore
    expect('abc def ghi'.startsWith(first[0]!.content!)).toBe(true);
    expect(prepared.probes[0]!.warnings).toEqual([]);
    const wide = await prepareTinyWith(
      lines(`${'x y '.repeat(400)}\n`),
      ...SMALL,
      TEXTS.replace('"tokens":5', '"tokens":2000'),
    );
    expect(wide.probes[0]!.warnings).toEqual([
      expect.stringContaining('texts.txt, line 1: the text was cut to 256 tokens'),
    ]);
    expect((await runOnFake(wide)).manifests.at(-1)!.probes!.warnings).toHaveLength(1);
  });

  it.each<[string, Parameters<typeof prepareTinyWith>[0], string, string, string]>([
    ['an empty table', table(''), CANARIES, 'table-malformed', 'canaries.csv'],
    ['a table without a column', table('prompt,answer\na,b\n'), CANARIES, 'table-malformed', 'there is no column "completion"; its columns are "prompt", "answer"'],
    ['a table without rows', table('prompt,completion\n'), CANARIES, 'table-malformed', 'ends below its header'],
    ['an empty cell', table('prompt,completion\na,\n'), CANARIES, 'table-malformed', 'line 2: the completion is empty'],
    ['a prompt longer than the context', table(`prompt,completion\n${'x y '.repeat(400)},b\n`), CANARIES, 'sequence-too-long', 'line 2: the prompt has'],
    ['an empty text file', lines('\n \n'), TEXTS, 'file-unreadable', 'texts.txt holds no text'],
    ['a file that was not given', {}, TEXTS, 'file-missing', 'evaluation.probes.languageLoss.path'],
    ['a layer that the model has not', {}, 'evaluation.probes.embeddings={"layers":[0,9]}', 'spec-invalid', 'There is no layer 9'],
  ])('are refused by name: %s', async (_, files, set, code, message) => {
    await expect(prepareTinyWith(files, ...SMALL, set)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
      hint: expect.any(String),
    });
  }); // prettier-ignore
});
