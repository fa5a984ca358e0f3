/**
 * A run as one page to read, print and archive: headline figures, tables, curves, spec and provenance.
 *
 * Promises: self-contained (no script, no request), every figure with its n and its interval, every label as text; equal
 * runs give equal pages. Must not know: files, the terminal.
 */
import { DIRECTION_LABEL } from '../../core/direction';
import { epochText } from '../../core/epoch';
import { LabError } from '../../core/errors';
import type { Estimate } from '../../core/estimate';
import {
  endingText,
  factSet,
  isLeftOut,
  rehearsedFacts,
  runFileIdentities,
  setSummaries,
  type DirectionSummary,
  type Manifest,
  type RunBundle,
  type SetSummary,
  type Summary,
  type TrialRecord,
} from '../../records';
import { DEFAULT_SPEC, diffSpecs, encodeSpecLink, travelSpec } from '../../spec';
import { formatBytes, formatCount, formatDuration, formatP, formatPercent } from '../format';
import { curveSvg } from './curve-svg';
import { html, table, type Html } from './markup';
import { PAGE_STYLE } from './style';

const SHOWN_FACTS = 60;

/** @param summary of the bundle's trials, computed anew where the bundle has none */
export function runPage(run: RunBundle, summary: Summary): string {
  const { manifest, facts, trials } = run;
  const { spec } = manifest;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${spec.name}: run ${manifest.runId}</title>
        ${PAGE_STYLE}
      </head>
      <body>
        <header>
          <h1>${spec.name}</h1>
          ${spec.description === '' ? null : html`<p>${spec.description}</p>`}
          <p>
            Run ${manifest.runId}, ${manifest.state}: ${manifest.model.name} and ${manifest.ontology.file.name},
            ${formatCount(facts.length)} facts, ${formatCount(trials.length)} trials, ${epochText(summary.epochs)}
            epochs.${manifest.gpu.software ? ' Computed on a software adapter.' : null}
          </p>
          ${manifest.error ? html`<p class="error">${manifest.error.code}: ${manifest.error.message}</p>` : null}
        </header>
        <main>
          ${summary.directions.map((direction) => directionSection(direction, run))} ${specSection(manifest)}
          ${provenanceSection(manifest)}
        </main>
      </body>
    </html> `;
  return page.text;
}

function directionSection(summary: DirectionSummary, run: RunBundle): Html {
  const { direction, rise, steps, firstEpochLoss: first, lastEpochLoss: last } = summary;
  const label = DIRECTION_LABEL[direction];
  const groups = setSummaries(summary);
  const curves = groups.flatMap(({ set, template, acquisition }) =>
    template === 'held-out' && acquisition ? [{ name: set, curve: acquisition }] : [],
  );
  const loss =
    first === null || last === null ? 'not trained' : `mean token loss ${first.toFixed(3)} → ${last.toFixed(3)} nats`;
  return html`<section>
    <h2>${label}</h2>
    <p>${formatCount(steps)} steps, ${loss}. ${endingText(run.manifest, direction)}</p>
    ${headline(groups)}
    ${table(
      `Right answers, ${label}. Intervals cover 95 %.`,
      ['facts', 'n', 'before training', 'after the last epoch', 'gained', 'lost', 'McNemar', 'latent before'],
      groups.map(groupRow),
    )}
    ${table(
      `Acquisition of facts not known before training, ${label}`,
      ['facts', 'acquired', 'median epoch', 'tokens right', 'digits right', 'unparsed', 'empty'],
      groups.map(acquisitionRow),
    )}
    ${
      rise &&
      table(
        `Rise of log q per token over the value before training, ${label}`,
        ['question', 'median seen', 'n', 'median withheld', 'n', 'AUC', 'p', 'method'],
        rise.map((row) => [
          row.template,
          row.seenMedian.toFixed(3),
          row.nSeen,
          row.withheldMedian.toFixed(3),
          row.nWithheld,
          row.auc.toFixed(3),
          formatP(row.p),
          row.method,
        ]),
      )
    }
    ${
      curves.length > 0
        ? html`<figure>
            <figcaption>
              Share of the facts not known before training that are not yet acquired, held-out question
              (${curves[0]!.curve.method})
            </figcaption>
            ${curveSvg(curves, `${label}: share of facts not yet acquired by epoch, ${curves.map(({ name }) => name).join(' and ')}`)}
          </figure>`
        : null
    }
    ${answersTable(direction, run)}
  </section> `;
}

function headline(groups: readonly SetSummary[]): Html {
  const figures = groups
    .filter(({ template, accuracyByEpoch }) => template === 'held-out' && accuracyByEpoch.length > 0)
    .map(({ set, accuracyByEpoch }) => {
      const { estimate, epoch } = accuracyByEpoch.at(-1)!;
      return html`<div>
        <strong>${formatPercent(estimate.value)}</strong
        ><span
          >of ${set} facts right after epoch ${epochText(epoch)}, 95 % interval ${interval(estimate)}, n =
          ${estimate.n}</span
        >
      </div>`;
    });
  return html`<div class="figures">${figures}</div>`;
}

function groupRow(group: SetSummary): (string | number)[] {
  const { accuracyByEpoch, transitions, latentAtBaseline } = group;
  const [first, last] = [accuracyByEpoch[0], accuracyByEpoch.at(-1)];
  return [
    groupName(group),
    group.facts,
    first ? share(first.estimate) : '–',
    last ? share(last.estimate) : '–',
    transitions.gainers,
    transitions.losers,
    `${formatP(transitions.mcnemarP)} (${transitions.method})`,
    latentAtBaseline ? `${share(latentAtBaseline)}, n = ${latentAtBaseline.n}` : '–',
  ];
}

function acquisitionRow(group: SetSummary): (string | number)[] {
  const { acquisition, partialByEpoch, outcomesByEpoch } = group;
  const [partial, outcomes] = [partialByEpoch.at(-1), outcomesByEpoch.at(-1)];
  const limit = (value: number | null) => (value === null ? 'not reached' : epochText(value));
  const median = acquisition?.median;
  return [
    groupName(group),
    acquisition ? `${acquisition.totalEvents} of ${acquisition.n}` : '–',
    median ? `${limit(median.value)} [${limit(median.lo)}, ${limit(median.hi)}]` : '–',
    partial ? formatPercent(partial.tokens) : '–',
    partial?.digits == null ? '–' : formatPercent(partial.digits),
    outcomes?.unparsed ?? '–',
    outcomes?.empty ?? '–',
  ];
}

/** The held-out question's greedy answers, first and last evaluation, in the order of the records. */
function answersTable(direction: TrialRecord['direction'], { manifest, trials, steps }: RunBundle) {
  const leftOut = isLeftOut(manifest);
  const rehearsed = rehearsedFacts(steps);
  const lives = new Map<string, { first: TrialRecord; last: TrialRecord }>();
  for (const trial of trials) {
    if (trial.direction !== direction || trial.template !== 'held-out') continue;
    const life = lives.get(trial.fact);
    if (!life) lives.set(trial.fact, { first: trial, last: trial });
    else if (trial.epoch < life.first.epoch) life.first = trial;
    else if (trial.epoch >= life.last.epoch) life.last = trial;
  }
  if (lives.size === 0) return null;
  const shown = [...lives.values()].slice(0, SHOWN_FACTS);
  const answer = ({ answer: text, outcome }: TrialRecord) =>
    leftOut ? outcome : `${text === '' ? '(empty)' : text} · ${outcome}`;
  const where = leftOut ? 'texts were left out of the bundle' : 'all stand in trials.jsonl';
  const caption = `Answers to the held-out question: ${shown.length} of ${formatCount(lives.size)} facts; ${where}`;
  return table(
    caption,
    ['term', 'identifier', 'split', 'answer before', 'answer after', 'log q before', 'log q after'],
    shown.map(({ first, last }) => [
      leftOut ? '(left out)' : first.term,
      first.identifier,
      factSet(first, rehearsed),
      answer(first),
      answer(last),
      first.logQ.toFixed(2),
      last.logQ.toFixed(2),
    ]),
  );
}

function specSection(manifest: Manifest): Html {
  const spec = travelSpec(manifest.spec, 'bundle');
  const text = (value: unknown) => (value === undefined ? '–' : (JSON.stringify(value) ?? '–'));
  const changes = diffSpecs(DEFAULT_SPEC, spec).filter(({ path }) => path !== 'name' && path !== 'description');
  return html`<section>
    <h2>Spec</h2>
    ${table(
      'Fields that differ from their defaults',
      ['field', 'default', 'here'],
      changes.map(({ path, a, b }) => [path, text(a), text(b)]),
    )}
    <pre>${JSON.stringify(spec, null, 2)}</pre>
    ${linkLine(manifest)}
  </section> `;
}

/** Nothing for a spec with too much text for a link. */
function linkLine(manifest: Manifest): Html | null {
  try {
    const link = encodeSpecLink(manifest.spec, runFileIdentities(manifest));
    return html`<p>As a link, behind the address of the page: <code>${link}</code></p>`;
  } catch (error) {
    if (error instanceof LabError && error.code === 'link-invalid') return null;
    throw error;
  }
}

function provenanceSection(manifest: Manifest): Html {
  const { gpu, ontology, dataset, model, adapter } = manifest;
  const rows: [string, string | Html][] = [
    ['run', manifest.runId],
    ['spec', html`SHA-256 ${hash(manifest.specHash)}`],
    ['model', `${model.name}, ${model.architecture}, ${formatCount(model.parameters)} parameters`],
    ...(manifest.base ? [['base kept in', baseWords(manifest.base)] as [string, string]] : []),
    ['ontology', `${ontology.file.name}, ${ontology.format}, ${ontology.version ?? 'no version'}, read as ${ontology.terminology}, ${formatCount(ontology.terms)} terms`],
    ['licence of the ontology', ontology.licence ?? 'not named'],
    ...(isLeftOut(manifest) ? [['texts of the pairs', 'left out: a hash of each pair stands in facts.jsonl'] as [string, string]] : []),
    ['data set', html`${dataset.seen} seen, ${dataset.withheld} withheld of ${formatCount(dataset.universe)} (${dataset.design}), SHA-256 ${hash(dataset.hash)}`],
    ['trained', `${adapter.kind}, ${formatCount(adapter.trainableParameters)} values`],
    ['GPU adapter', `${gpu.description || gpu.vendor}${gpu.software ? ' (software)' : ''}, ${gpu.host}`],
    ['kernels', Object.entries(manifest.kernels).map(([name, choice]) => `${name}: ${choice}`).join(', ') || '–'],
    ['memory planned', formatBytes(manifest.memory.plannedBytes)],
    ['Ontoscope', manifest.versions.ontoscope],
    ['started', new Date(manifest.startedAtMs).toISOString()],
    ['took', formatDuration(manifest.elapsedMs)],
  ]; // prettier-ignore
  return html`<section>
    <h2>Provenance</h2>
    ${table('Of the run', ['what', 'value'], rows)}
    ${table(
      'Files it was made of',
      ['file', 'bytes', 'SHA-256'],
      runFileIdentities(manifest).map(({ name, bytes, sha256 }) => [name, formatCount(bytes), hash(sha256)]),
    )}
  </section> `;
}

/** The precision, and the weight that lost most by it. */
function baseWords({ precision, doubleQuantisation, weights }: NonNullable<Manifest['base']>): string {
  const worst = weights.reduce((most, weight) => (weight.relativeRmse > most.relativeRmse ? weight : most));
  const kept = doubleQuantisation ? `${precision}, scales quantised too` : precision;
  return `${kept}: errors of at most ${percent(worst.relativeRmse)} of a weight’s root mean square (${worst.name})`;
}

const groupName = ({ set, template }: SetSummary) => `${set}, ${template} question`;
/** Code may be broken anywhere, so that a hash does not widen its table. */
const hash = (text: string) => html`<code>${text}</code>`;
const percent = (value: number) => formatPercent(value).replace(' ', '\u00a0');
const interval = ({ lo, hi }: Estimate) => `${percent(lo)} to ${percent(hi)}`;
const share = (estimate: Estimate) => `${percent(estimate.value)} [${interval(estimate)}]`;
