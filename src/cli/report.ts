/**
 * A run's summary as text: what was known, what was learned, how fast, and whether seen facts rose more.
 *
 * Promises: every figure stands with its n and its interval, or says why it is missing; the held-out question comes
 * first. Pure.
 */
import { DIRECTION_LABEL } from '../core/direction';
import { epochText } from '../core/epoch';
import type { Estimate } from '../core/estimate';
import {
  endingText,
  setSummaries,
  type DirectionSummary,
  type KmCurve,
  type Manifest,
  type SetSummary,
  type StudyRow,
  type Summary,
} from '../records';
import { formatP, formatPercent } from './format';

const CURVE_ROWS = 12;
const BAR_WIDTH = 30;
const BLOCK = '█';

/** `hazards`: of `runHazards`. */
export function reportLines(summary: Summary, manifest: Manifest, hazards: readonly StudyRow[] = []): string[] {
  return summary.directions.flatMap((direction) => [
    ...directionLines(direction, manifest),
    ...hazardLines(hazards.filter((row) => row.direction === direction.direction)),
    '',
  ]);
}

const RISK: Partial<Record<StudyRow['measure'], string>> = {
  acquisition: 'learned sooner (seen facts, wrong before training)',
  degradation: 'lost sooner (facts right before training)',
};
const COVARIATE: Record<string, string> = { popularity: 'popularity, ten times as much' };

/** One line a coefficient; the model's name once. */
function hazardLines(rows: readonly StudyRow[]): string[] {
  return rows.flatMap(({ measure, term, estimate, coefficient, notEstimated, events, warnings }, i) => {
    const begins = measure !== rows[i - 1]?.measure;
    const head = `  ${RISK[measure]}, ${events} events${estimate ? `; ${estimate.method}, n = ${estimate.n}` : ''}`;
    const name = `    ${(COVARIATE[term ?? ''] ?? term ?? '').padEnd(32)}`;
    const line =
      estimate && coefficient
        ? `${name} hazard ratio ${number(estimate)}, ${formatP(coefficient.p)}`
        : `${name} not estimated: ${notEstimated}`;
    return begins ? [head, ...warnings.map(({ message }) => `    ${message}`), line] : [line];
  });
}

function directionLines(direction: DirectionSummary, manifest: Manifest): string[] {
  const ending = endingText(manifest, direction.direction);
  const { firstEpochLoss: first, lastEpochLoss: last, steps } = direction;
  const loss = first === null || last === null ? 'not trained' : `loss ${first.toFixed(3)} → ${last.toFixed(3)}`;
  const headline = direction.groups.find(({ seen, template }) => seen && template === 'held-out');
  return [
    `${DIRECTION_LABEL[direction.direction]}   ${steps} steps, ${loss}`,
    ...(ending === null ? [] : [`  ${ending}`]),
    ...setSummaries(direction).flatMap(groupLines),
    ...riseLines(direction),
    ...probeLines(direction),
    ...(headline?.acquisition?.totalEvents ? curveLines(headline.acquisition) : []),
  ];
}

function groupLines(group: SetSummary): string[] {
  const { accuracyByEpoch, transitions, acquisition, latentAtBaseline } = group;
  const first = accuracyByEpoch[0];
  const last = accuracyByEpoch.at(-1);
  if (!first || !last) return [];
  const name = `${group.set}, ${group.template} question`;
  const lines = [
    `  ${name.padEnd(28)} right before ${share(first.estimate)}, after epoch ${epochText(last.epoch)} ${share(last.estimate)}, n = ${last.estimate.n}`,
    `  ${''.padEnd(28)} gained ${transitions.gainers}, lost ${transitions.losers} (${transitions.method}, ${formatP(transitions.mcnemarP)})`,
  ];
  const answers = group.outcomesByEpoch.at(-1);
  if (answers && answers.unparsed + answers.empty > 0) {
    lines.push(
      `  ${''.padEnd(28)} not answered in the form asked for: ${answers.unparsed} unparsed, ${answers.empty} empty`,
    );
  }
  const [before, after] = [group.partialByEpoch[0], group.partialByEpoch.at(-1)];
  if (before && after) {
    const digits =
      after.digits === null ? '' : `, digits ${formatPercent(before.digits ?? 0)} → ${formatPercent(after.digits)}`;
    lines.push(
      `  ${''.padEnd(28)} partly right: tokens ${formatPercent(before.tokens)} → ${formatPercent(after.tokens)}${digits}`,
    );
  }
  if (acquisition) {
    const median = acquisition.median.value === null ? 'not reached' : `epoch ${epochText(acquisition.median.value)}`;
    lines.push(
      `  ${''.padEnd(28)} acquired ${acquisition.totalEvents} of ${acquisition.n} not known before, median ${median}`,
    );
  }
  if (latentAtBaseline) {
    lines.push(`  ${''.padEnd(28)} latent before training ${share(latentAtBaseline)}, n = ${latentAtBaseline.n}`);
  }
  return lines;
}

function share({ value, lo, hi }: Estimate): string {
  return `${formatPercent(value)} [${formatPercent(lo)}, ${formatPercent(hi)}]`;
}

function riseLines({ rise }: DirectionSummary): string[] {
  return (rise ?? []).map(
    ({ template, seenMedian, withheldMedian, auc, p, nSeen, nWithheld, method }) =>
      `  rise of log q per token, ${template} question: median ${seenMedian.toFixed(3)} seen (n = ${nSeen}), ` +
      `${withheldMedian.toFixed(3)} withheld (n = ${nWithheld}); AUC ${auc.toFixed(3)}, ${formatP(p)} (${method})`,
  );
}

/** Before training and at the last evaluation. */
function probeLines({ probes }: DirectionSummary): string[] {
  if (!probes) return [];
  const { canaries, language, embeddings } = probes;
  const lines: string[] = [];
  const kept = canaries?.byEvaluation.at(-1);
  if (canaries && kept) {
    const { gainers, losers, method, mcnemarP } = kept.change;
    lines.push(
      `  canaries                     right before ${share(canaries.byEvaluation[0]!.kept)}, after step ${kept.step} ${share(kept.kept)}, ` +
        `n = ${canaries.canaries}; lost ${losers}, gained ${gainers} (${method}, ${formatP(mcnemarP)})`,
    );
  }
  const [before, after] = [language?.byEvaluation[0]?.loss, language?.byEvaluation.at(-1)];
  if (language && before && after?.loss && after.rise) {
    const what = language.source === 'own' ? 'KL(base ‖ model) per token' : 'rise per token';
    lines.push(
      `  texts never trained          loss ${before.value.toFixed(3)} → ${after.loss.value.toFixed(3)} nats per token; ` +
        `${what} ${number(after.rise)}, n = ${language.texts} texts`,
    );
  }
  for (const { step, layer, matching } of embeddings) {
    const all = matching.find(({ group }) => group === 'all');
    if (!all) continue;
    lines.push(
      `  vectors, layer ${String(layer).padEnd(3)} step ${String(step).padEnd(6)} matched above shuffled: AUC ${number(all.auc)}, ` +
        `mean reciprocal rank ${number(all.meanReciprocalRank)} (chance ${all.chanceReciprocalRank.toFixed(3)}), n = ${all.pairs} pairs`,
    );
  }
  return lines;
}

function number({ value, lo, hi }: Estimate): string {
  return `${value.toFixed(3)} [${lo.toFixed(3)}, ${hi.toFixed(3)}]`;
}

/** Share of the seen facts, wrong before training, that are still not answered: at most a dozen rows. */
function curveLines(curve: KmCurve): string[] {
  const stride = Math.max(1, Math.ceil((curve.time.length - 1) / CURVE_ROWS));
  const rows = curve.time.flatMap((time, index) => {
    const chosen = index % stride === 0 || index === curve.time.length - 1;
    if (!chosen) return [];
    const survival = curve.survival[index]!;
    const bar = BLOCK.repeat(Math.round(survival * BAR_WIDTH)).padEnd(BAR_WIDTH, '·');
    const interval = `[${formatPercent(curve.lo[index]!)}, ${formatPercent(curve.hi[index]!)}]`;
    return [
      `    epoch ${epochText(time).padStart(4)}  ${bar} ${formatPercent(survival).padStart(7)} ${interval}, ${curve.atRisk[index]} at risk`,
    ];
  });
  return [`  not yet acquired (seen, held-out question; ${curve.method}, n = ${curve.n})`, ...rows];
}
