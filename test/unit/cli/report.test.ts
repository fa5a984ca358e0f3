import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatP } from '../../../src/cli/format';
import { ProgressLine, progressText } from '../../../src/cli/progress-line';
import { runHazards } from '../../../src/experiment';
import { runPage } from '../../../src/cli/html/run-page';
import { reportLines } from '../../../src/cli/report';
import { compareEstimates } from '../../../src/cli/verify-run';
import { endingText, noProbeRecords, type Manifest } from '../../../src/records';
import { plausibleRun, withRehearsal } from '../../fixtures/run/plausible-run';
import type { RunProgress } from '../../../src/records';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { runOnFake } from '../../helpers/run-harness';
import { prepareTiny } from '../../helpers/tiny-run';

describe('the report of a run', () => {
  it('gives accuracy with intervals and n, gainers and losers, acquisition and the test of the rise', async () => {
    const log = await runOnFake(
      await prepareTiny('train.epochs=8', 'optimizer.learningRate=0.1', 'directions=["term-to-id"]'),
    );
    const text = reportLines(log.summary!, log.manifests.at(-1)!).join('\n');
    const group = log.summary!.directions[0]!.groups[0]!;
    expect(group).toMatchObject({ seen: true, template: 'held-out', facts: 8 });
    expect(text).toMatch(/term→id {3}32 steps, loss \d\.\d{3} → \d\.\d{3}/);
    expect(text).toMatch(/seen, held-out question +right before 0\.0 % \[0\.0 %, 32\.4 %\], after epoch 8 .*n = 8/);
    expect(text).toContain(`gained ${group.transitions.gainers}, lost 0`);
    expect(text).toContain(`acquired ${group.acquisition!.totalEvents} of 8`);
    expect(text).toMatch(
      /rise of log q per token, held-out question: median .* seen \(n = 8\), .* withheld \(n = 4\); AUC/,
    );
    expect(text).toMatch(/epoch +0 +█{30} +100\.0 %/);
    expect(text).toContain('withheld, trained question');
  });

  it('gives hazard ratios of learning and losing with interval and n, or says why there are none', () => {
    const plain = plausibleRun({ pairs: 60, epochs: 10 });
    const run = { ...plain, facts: plain.facts.map((fact, i) => ({ ...fact, count: i % 7 })) };
    const hazards = runHazards(run);
    expect(new Set(hazards.map(({ measure, model }) => `${measure} ${model}`))).toEqual(
      new Set(['acquisition cox', 'degradation cox']),
    );
    const text = reportLines(run.summary, run.manifest, hazards).join('\n');
    const fitted = hazards.filter(({ estimate }) => estimate !== null);
    expect(fitted.length).toBeGreaterThan(0);
    for (const { estimate } of fitted) {
      const { value, lo, hi, n } = estimate!;
      expect(text).toContain(`hazard ratio ${value.toFixed(3)} [${lo.toFixed(3)}, ${hi.toFixed(3)}]`);
      expect(text).toContain(`n = ${n}`);
    }
    expect(reportLines(plain.summary, plain.manifest, runHazards(plain)).join('\n')).toContain(
      'popularity is unknown for',
    );
    const few = plausibleRun({ pairs: 2, epochs: 1 });
    const refused = reportLines(few.summary, few.manifest, runHazards(few)).join('\n');
    expect(refused).toMatch(/not estimated: \w/);
  });

  it('draws no curve where nothing was acquired', async () => {
    const log = await runOnFake(await prepareTiny('train.epochs=0'));
    const text = reportLines(log.summary!, log.manifests.at(-1)!).join('\n');
    expect(text).toContain('not trained');
    expect(text).not.toContain('█');
  });
});

describe('the end of a training', () => {
  it('is told with its reason, early stopping in words', async () => {
    const stopping = 'train.earlyStopping={"measure":"seen-accuracy","patience":2,"minImprovement":0.9}';
    const log = await runOnFake(await prepareTiny('train.epochs=8', stopping, 'directions=["term-to-id"]'));
    const manifest = log.manifests.at(-1)!;
    expect(manifest.endings).toMatchObject([{ reason: 'early-stopping' }]);
    const words =
      /Ended early, at epoch \d+ of 8 \(step \d+\): the accuracy of seen facts did not improve by more than 0.9 at 2 evaluations in a row\./;
    expect(reportLines(log.summary!, manifest).join('\n')).toMatch(words);
    const run = plausibleRun({ pairs: 2, epochs: 1 });
    expect(runPage({ ...run, manifest }, log.summary!)).toMatch(words);
  });

  it.each<[Partial<Manifest>, RegExp | null]>([
    [{ state: 'done', endings: [{ direction: 'term-to-id', step: 40, epoch: 4, reason: 'all-steps' }] }, /to its end: epoch 4, step 40\.$/],
    [{ state: 'done', endings: [{ direction: 'term-to-id', step: 0, epoch: 0, reason: 'all-steps' }] }, /none was asked for/],
    [{ state: 'cancelled' }, /is a partial record\.$/],
    [{ state: 'failed', endings: [{ direction: 'id-to-term', step: 40, epoch: 4, reason: 'all-steps' }] }, /stopped at an error/],
    [{ state: 'training' }, null],
  ])('of %j', (fields, words) => {
    const text = endingText({ ...plausibleRun({ pairs: 1, epochs: 1 }).manifest, endings: [], ...fields }, 'term-to-id');
    if (words === null) expect(text).toBeNull();
    else expect(text).toMatch(words);
  }); // prettier-ignore
});

describe('rehearsed facts', () => {
  const run = withRehearsal(plausibleRun({ pairs: 12, epochs: 3 }));
  const count = run.summary.directions[0]!.rehearsed![0]!.facts;

  it('are a group of their own in the text', () => {
    const text = reportLines(run.summary, run.manifest).join('\n');
    expect(text).toMatch(new RegExp(`withheld, held-out question .*n = ${12 - count}\n`));
    expect(text).toMatch(new RegExp(`rehearsed, held-out question .*n = ${count}\n`));
  });

  it('are a group of their own on the page: in figures, tables and among the answers', () => {
    const page = runPage({ ...run, probes: noProbeRecords() }, run.summary);
    expect(page).toMatch(/of withheld facts right after[^<]*n =\s+8</);
    expect(page).toMatch(/of rehearsed facts right after[^<]*n =\s+4</);
    for (const set of ['seen', 'withheld', 'rehearsed']) {
      expect(page).toMatch(new RegExp(`<th scope="row">${set}, held-out question</th>`));
      expect(page).toContain(`<td>${set}</td>`);
    }
    expect(page).toMatch(/share of facts not yet acquired by epoch, seen and withheld and rehearsed/);
  });

  it('are compared as a group of their own between two runs', () => {
    const compared = compareEstimates(run.summary, run.summary).map(({ what, stored }) => [what, stored.n]);
    expect(compared).toContainEqual(['term→id, withheld, held-out question', 12 - count]);
    expect(compared).toContainEqual(['term→id, rehearsed, held-out question', count]);
  });
});

describe('progress', () => {
  const progress: RunProgress = {
    state: 'training',
    direction: 'term-to-id',
    epoch: 3,
    epochs: 20,
    fraction: 0.25,
    elapsedMs: 61_000,
    etaMs: 183_000,
    tokensPerSecond: 1234.4,
    pairsPerSecond: 8.25,
    message: 'Training term→id: epoch 4 of 20, step 2 of 50',
  };

  it('is one line with share, time so far, time left and speed', () => {
    expect(progressText(progress)).toBe(
      '[#####---------------]  25.0 %  1 min 01 s so far  3 min 03 s left  1234 tokens/s  8.3 pairs/s  Training term→id: epoch 4 of 20, step 2 of 50',
    );
    expect(progressText({ ...progress, etaMs: null, tokensPerSecond: null, state: 'loading' })).not.toContain('left');
  });

  it('rewrites a terminal’s line within its width', () => {
    const terminal = new FakeTerminal({ tty: true });
    const line = new ProgressLine(terminal);
    line.show(progress);
    line.show(progress);
    expect(terminal.rewritten).toHaveLength(2);
    expect(terminal.rewritten[0]!.length).toBeLessThan(terminal.columns);
    line.close();
    expect(terminal.stderr).toEqual(['']);
  });

  it('writes a log every five seconds and at every change of state', () => {
    const terminal = new FakeTerminal();
    const line = new ProgressLine(terminal);
    for (let second = 0; second <= 20; second++) {
      terminal.now = second * 1000;
      line.show({ ...progress, state: second === 7 ? 'paused' : 'training' });
    }
    // At 0, 5, 7 (paused), 8 (training again), 13 and 18 seconds.
    expect(terminal.stderr).toHaveLength(6);
  });
});

describe('numbers for people', () => {
  it('have units', () => {
    expect([512, 2048, 5.5 * 1024 ** 2, 3 * 1024 ** 3].map(formatBytes)).toEqual([
      '512 B',
      '2.0 KiB',
      '5.5 MiB',
      '3.0 GiB',
    ]);
    expect([400, 59_400, 65_000, 7_800_000].map(formatDuration)).toEqual(['0 s', '59 s', '1 min 05 s', '2 h 10 min']);
    expect([0.04, 0.0001, 1].map(formatP)).toEqual(['p = 0.040', 'p = 1.0e-4', 'p = 1.000']);
  });
});
